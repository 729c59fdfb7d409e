using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Kiosks;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Tests.Ingest;

/// <summary>A store with one agency and one kiosk, and the ingest running on it.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private IngestHost(TestStore test, long agencyId, long kioskId)
    {
        Test = test;
        AgencyId = agencyId;
        KioskId = kioskId;
        Ingest = Start();
    }

    public TestStore Test { get; }

    public long AgencyId { get; }

    public long KioskId { get; }

    public TapIngest Ingest { get; private set; }

    /// <summary>What the ingest logged.</summary>
    public KeptLog Log { get; } = new();

    public static async Task<IngestHost> StartAsync(TestStore? test = null)
    {
        test ??= new TestStore();
        var agency = await test.AddAgencyAsync();
        var kiosk = new KioskRow { AgencyId = agency, Code = "CONG-CHINH", Name = "Cổng chính", State = KioskState.Enrolled };
        await test.WriteAsync(db => db.Kiosks.Add(kiosk));
        return new IngestHost(test, agency, kiosk.KioskId);
    }

    public KioskJournal NewJournal(uint epoch = 1) => new(KioskId, epoch);

    public async Task<AppendResult> SendAsync(KioskJournal journal, int first, int last, bool backlog = false)
    {
        var session = await OpenAsync(journal);
        return await Ingest.AppendAsync(session, journal.Before(first), journal.Range(first, last), backlog, CancellationToken.None);
    }

    public Task<AppendResult> SendAllAsync(KioskJournal journal) => SendAsync(journal, 1, (int)journal.Last);

    public Task<JournalSession> OpenAsync(KioskJournal journal) => Ingest.OpenJournalAsync(KioskId, journal.Id.Epoch, CancellationToken.None);

    /// <summary>A person who holds an active badge with these hashes, from the first of May 2026 on.</summary>
    public async Task<(long StaffId, long BadgeId)> AddHolderAsync(string code, params BadgeKey[] keys)
    {
        var staff = new StaffRow { AgencyId = AgencyId, Code = code, FullName = code, NameSort = [] };
        await Test.WriteAsync(db => db.Staff.Add(staff));
        var badge = new BadgeRow { AgencyId = AgencyId, Kind = "em10h", State = BadgeState.Active };
        await Test.WriteAsync(db => db.Badges.Add(badge));
        await Test.WriteAsync(db =>
        {
            db.BadgeHoldings.Add(new BadgeHoldingRow { AgencyId = AgencyId, BadgeId = badge.BadgeId, StaffId = staff.StaffId, FromDate = new DateOnly(2026, 5, 1) });
            foreach (var key in keys)
                db.BadgeHashes.Add(new BadgeHashRow { AgencyId = AgencyId, Level = key.Level, KeyId = key.KeyId, Hash = Bytes128.ToArray(key.Hash), BadgeId = badge.BadgeId });
        });
        return (staff.StaffId, badge.BadgeId);
    }

    public async Task<T> DeriveAsync<T>(Func<TapDerivation, T> work)
    {
        await using var lease = await Test.Store.LeaseAsync(CancellationToken.None);
        using var derivation = new TapDerivation(lease);
        var result = work(derivation);
        await lease.CommitAsync();
        return result;
    }

    /// <summary>One line a derived row, in order.</summary>
    public string[] Derived()
    {
        using var reader = Test.Store.OpenReader();
        return
        [
            .. Catalogue.Rows(reader, "SELECT * FROM resolved_taps ORDER BY 1, 2, 3, 4, 5, 6").Select(r => "resolved " + string.Join(' ', r)),
            .. Catalogue.Rows(reader, "SELECT journal_id, sequence, agency_id, reason, boot_id, at_us, badge_id FROM unresolved_taps ORDER BY 1, 2").Select(r => "unresolved " + string.Join(' ', r)),
        ];
    }

    public List<string> Column(string sql)
    {
        using var reader = Test.Store.OpenReader();
        return Catalogue.Column(reader, sql);
    }

    /// <summary>Rebuilding must give what is there.</summary>
    public async Task AssertRebuildChangesNothingAsync()
    {
        var before = Derived();
        await DeriveAsync(d => d.RebuildResolved(AgencyId));
        Assert.Equal(before, Derived());
        AssertVerified();
    }

    /// <summary>The independent verifier must find nothing, and work out the same derived rows.</summary>
    public void AssertVerified() => Assert.Equal([], Verify());

    /// <summary>What the independent verifier finds.</summary>
    internal IReadOnlyList<KyCuong.Verify.Finding> Verify()
    {
        using var reader = Test.Store.OpenReader();
        using var moment = reader.BeginMoment();
        using var store = KyCuong.Verify.Store.Inside(moment);
        return KyCuong.Verify.Verification.Of(store, []).Findings;
    }

    public async Task ReopenAsync()
    {
        await Ingest.DisposeAsync();
        await Test.ReopenAsync();
        Ingest = Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Ingest.DisposeAsync();
        await Test.DisposeAsync();
    }

    private TapIngest Start() => new(Test.Store, new IngestOptions(), Test.Time, new LoggerFactory([Log]).CreateLogger<TapIngest>());
}
