using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Days;

/// <summary>
/// The agency of <see cref="FeatureHost"/> with two gates whose journals come in through the real ingest. Work begins at 07:00,
/// at the latest 07:05; a journal's second 0 is 07:00 on 2026-05-13. Person number n is NV00n and has badge n.
/// </summary>
internal sealed class GateHost : IAsyncDisposable
{
    private const long Known = KioskJournal.BootedAtUs + (86_400 * KioskJournal.Second);

    private readonly TapIngest _ingest;

    private GateHost(FeatureHost host)
    {
        Host = host;
        _ingest = new TapIngest(host.Store, new IngestOptions(), host.Time, NullLogger<TapIngest>.Instance);
    }

    public FeatureHost Host { get; }

    public string Out => Host.Out;

    public long Gate { get; private set; }

    public long BackGate { get; private set; }

    public static async Task<GateHost> StartAsync(int people = 9, string? agency = null)
    {
        var staff = "staff_code,full_name,unit,position,category,from,to\n" + string.Concat(Enumerable.Range(1, people).Select(n => $"NV{n:000},Người số {n},VP,,CivilServant,2026-01-01,\n"));
        var host = new GateHost(await FeatureHost.WithStaffAsync(agency ?? FeatureHost.Agency, staff));
        await using var lease = await host.Host.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        var id = db.Agencies.Single().AgencyId;
        var (gate, back) = (Kiosk(id, "CONG-CHINH", "Cổng chính"), Kiosk(id, "CONG-SAU", "Cổng sau"));
        db.Kiosks.AddRange(gate, back);
        var badges = db.Staff.AsEnumerable().ToDictionary(row => row.StaffId, _ => new BadgeRow { AgencyId = id, Kind = "em10h", State = BadgeState.Active });
        db.Badges.AddRange(badges.Values);
        await db.SaveChangesAsync();
        foreach (var person in db.Staff.AsEnumerable().ToList())
        {
            var badge = badges[person.StaffId];
            var key = KioskJournal.Key(UInt128.Parse(person.Code[2..], System.Globalization.CultureInfo.InvariantCulture));
            db.BadgeHoldings.Add(new BadgeHoldingRow { AgencyId = id, BadgeId = badge.BadgeId, StaffId = person.StaffId, FromDate = new DateOnly(2026, 1, 1) });
            db.BadgeHashes.Add(new BadgeHashRow { AgencyId = id, Level = key.Level, KeyId = key.KeyId, Hash = Bytes128.ToArray(key.Hash), BadgeId = badge.BadgeId });
        }

        await db.SaveChangesAsync();
        await lease.CommitAsync();
        (host.Gate, host.BackGate) = (gate.KioskId, back.KioskId);
        return host;
    }

    /// <summary>A journal of the front gate, or of the kiosk named.</summary>
    public KioskJournal Journal(uint epoch = 1, long? kiosk = null) => new(kiosk ?? Gate, epoch);

    public Task SendAsync(KioskJournal journal) => SendAsync(journal, 1, (int)journal.Last);

    public async Task SendAsync(KioskJournal journal, int first, int last, bool backlog = false)
    {
        var session = await _ingest.OpenJournalAsync((long)journal.Id.KioskId, journal.Id.Epoch, CancellationToken.None);
        var result = await _ingest.AppendAsync(session, journal.Before(first), journal.Range(first, last), backlog, CancellationToken.None);
        Assert.Equal(AppendRefusal.None, result.Refusal);
    }

    /// <summary>The kiosk says that its disk has lost entries.</summary>
    public async Task LostAsync(KioskJournal journal, ulong first, ulong last) =>
        await _ingest.DeclareLostAsync(await _ingest.OpenJournalAsync((long)journal.Id.KioskId, journal.Id.Epoch, CancellationToken.None), first, last, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _ingest.DisposeAsync();
        await Host.DisposeAsync();
    }

    private static KioskRow Kiosk(long agency, string code, string name) => new()
    {
        AgencyId = agency, Code = code, Name = name, State = KioskState.Enrolled, CreatedUs = 1, EnrolledUs = 1, KnownUntilUs = Known,
    };
}

/// <summary>What kiosks write besides taps.</summary>
internal static class GateEntries
{
    /// <summary>A tap of a person at a reader; <see cref="GateHost"/> says whose badge it is.</summary>
    public static void Comes(this KioskJournal journal, int person, long seconds, string reader = "vao", Direction direction = Direction.In) =>
        journal.Add(seconds, new TapEntry(
            reader, new EquatableList<Protos.Badges.BadgeKey>(KioskJournal.Key((UInt128)person)), Technology.Em4100, 14, direction,
            direction == Direction.Unspecified ? DirectionSource.Unspecified : DirectionSource.Reader));

    /// <summary>A read that was no tap.</summary>
    public static void Refuses(this KioskJournal journal, long seconds, RefusalReason reason = RefusalReason.BadChecksum, int count = 1, string reader = "vao") =>
        journal.Add(seconds, new RefusedReadEntry(reader, reason, Technology.Em4100, 14, count));
}
