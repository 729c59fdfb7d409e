using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Verify;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>
/// Two disks have the identity of the gate CONG-CHINH. On 13 May 2026 one wrote that An came at 07:01, the other that Bình came at 07:02 and
/// Đức at 07:05; both under the numbers after the first entry.
/// </summary>
public sealed class KioskReleaseTests : IAsyncLifetime
{
    private FeatureHost _host = null!;
    private KioskJournal _one = null!, _other = null!;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        var agency = await ReadAsync(db => db.Agencies.Select(row => row.AgencyId).SingleAsync());
        var kiosk = new KioskRow { AgencyId = agency, Code = "CONG-CHINH", Name = "Cổng chính", State = KioskState.Enrolled };
        var badges = Enumerable.Range(1, 3).Select(_ => new BadgeRow { AgencyId = agency, Kind = "em10h", State = BadgeState.Active }).ToList();
        await WriteAsync(db =>
        {
            db.Kiosks.Add(kiosk);
            db.Badges.AddRange(badges);
        });
        var staff = await ReadAsync(db => db.Staff.OrderBy(row => row.Code).Select(row => row.StaffId).ToListAsync());
        await WriteAsync(db =>
        {
            for (var i = 0; i < 3; i++)
            {
                var key = KioskJournal.Key((UInt128)(uint)(i + 1));
                db.BadgeHoldings.Add(new BadgeHoldingRow { AgencyId = agency, BadgeId = badges[i].BadgeId, StaffId = staff[i], FromDate = new DateOnly(2026, 5, 1) });
                db.BadgeHashes.Add(new BadgeHashRow { AgencyId = agency, Level = key.Level, KeyId = key.KeyId, Hash = Bytes128.ToArray(key.Hash), BadgeId = badges[i].BadgeId });
            }
        });
        (_one, _other) = (new KioskJournal(kiosk.KioskId, 1), new KioskJournal(kiosk.KioskId, 1));
        foreach (var journal in (KioskJournal[])[_one, _other]) journal.Sample(0);
        _one.Tap(1, 60);
        _other.Tap(2, 120);
        _other.Tap(3, 300);
        await SendAsync(_one, 1);
        await SendAsync(_other, 1);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Both_sides_are_shown_to_whoever_decides()
    {
        Assert.Equal(0, await ConflictsAsync());
        Assert.Contains("Nguyễn Văn An (NV001), 13/05/2026 07:01:00, đầu đọc cong", _host.Out, StringComparison.Ordinal);
        Assert.Contains("Trần Thị Bình (NV002), 13/05/2026 07:02:00, đầu đọc cong", _host.Out, StringComparison.Ordinal);
        Assert.Equal(0, await ConflictsAsync("CONG-CHINH", json: true));
        var entry = Assert.Single(_host.Json().EnumerateArray());
        Assert.Equal("CONG-CHINH", entry.GetProperty("kiosk").GetString());
        Assert.Equal(("Tap", "NV001"), (entry.GetProperty("stored").GetProperty("kind").GetString(), entry.GetProperty("stored").GetProperty("staff")[0].GetString()));
        Assert.Equal(("2026-05-13T07:02:00+07:00", "NV002"), (entry.GetProperty("other").GetProperty("at").GetString(), entry.GetProperty("other").GetProperty("staff")[0].GetString()));
        Assert.Contains("không có kiốt CONG-SAU", (await Assert.ThrowsAsync<CommandException>(() => ConflictsAsync("CONG-SAU"))).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_waited_is_judged_once_somebody_releases_the_kiosk_and_what_contradicted_stays_apart()
    {
        Assert.Equal(["2 resolved", "3 quarantined"], await TapsAsync());
        Assert.Equal(0, await ReleaseAsync());
        Assert.Contains("1 lượt quẹt đang chờ được tính, theo 5/BB; người quyết định NV001", _host.Out, StringComparison.Ordinal);
        Assert.Contains("1 bản ghi mâu thuẫn vẫn để riêng", _host.Out, StringComparison.Ordinal);
        Assert.Equal(["2 resolved", "3 resolved"], await TapsAsync());
        Assert.False(await ReadAsync(db => db.Kiosks.Select(row => row.Quarantined).SingleAsync()));
        Assert.Equal(1, await ReadAsync(db => db.JournalConflicts.CountAsync()));
        AssertVerified();

        // It goes on, and what it had said already quarantines it no more.
        _other.Tap(1, 400);
        await SendAsync(_other, 1);
        Assert.Equal(["2 resolved", "3 resolved", "4 resolved"], await TapsAsync());
        AssertVerified();
    }

    [Fact]
    public async Task A_new_contradiction_quarantines_anew_and_takes_nothing_back()
    {
        await ReleaseAsync();
        _one.Tap(2, 500);
        _one.Tap(1, 600);
        await SendAsync(_one, 1);
        Assert.Equal(["2 resolved", "3 resolved", "4 quarantined"], await TapsAsync());
        AssertVerified();
        Assert.Equal(0, await ReleaseAsync());
        Assert.Equal(["2 resolved", "3 resolved", "4 resolved"], await TapsAsync());
        AssertVerified();
        Assert.Equal(2, await ReadAsync(db => db.KioskReleases.CountAsync()));
    }

    [Fact]
    public async Task A_quarantined_tap_without_an_instant_waits_for_that_after_the_release()
    {
        _other.Boot = 8;
        _other.Synced = false;
        _other.Tap(2, 30);
        await SendAsync(_other, 1);
        await ReleaseAsync();
        Assert.Equal(["2 resolved", "3 resolved", "4 timePending"], await TapsAsync());
        AssertVerified();
        _other.Sample(60);
        await SendAsync(_other, 1);
        Assert.Equal(["2 resolved", "3 resolved", "4 resolved"], await TapsAsync());
        AssertVerified();
    }

    [Fact]
    public async Task A_tap_that_got_its_moment_later_is_shown_with_it()
    {
        await ReleaseAsync();
        _other.Boot = 8;
        _other.Synced = false;
        _other.Tap(2, 30);
        await SendAsync(_other, 1);
        _one.Tap(1, 500);
        _one.Tap(3, 600);
        await SendAsync(_one, 1);
        Assert.Equal(0, await ConflictsAsync());
        Assert.Contains("chưa rõ giờ", _host.Out, StringComparison.Ordinal);
        _other.Synced = true;
        _other.Sample(60);
        await SendAsync(_other, 1);
        await ReleaseAsync();
        Assert.Equal(0, await ConflictsAsync("CONG-CHINH"));
        Assert.Contains("Trần Thị Bình (NV002), 13/05/2026 07:00:30, đầu đọc cong", _host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_tap_is_named_too()
    {
        EntryBody[] bodies = [.. Enum.GetValues<EntryKind>().Except([EntryKind.Tap, EntryKind.ClaimedTap]).Select(Body)];
        Assert.Equal(7, bodies.Length);
        foreach (var body in bodies)
        {
            _one.Add(700, body);
            _other.Add(701, body);
        }

        await SendAsync(_other, 1);
        await SendAsync(_one, 1);
        Assert.Equal(0, await ConflictsAsync());
        foreach (var name in (string[])["lượt quẹt không đọc được", "đầu đọc hỏng", "đầu đọc chạy lại", "so đồng hồ với máy chủ", "kiốt khởi động", "áp dụng cấu hình", "kiốt dừng"])
            Assert.Contains($"{name}, 13/05/2026 07:11:40; không phải lượt quẹt", _host.Out, StringComparison.Ordinal);

        static EntryBody Body(EntryKind kind) => kind switch
        {
            EntryKind.RefusedRead => new RefusedReadEntry("cong", RefusalReason.BadFrame, Technology.Unspecified, 3, 1),
            EntryKind.ReaderFault => new ReaderFaultEntry("cong", FaultCode.Unplugged, "gone"),
            EntryKind.ReaderRecovery => new ReaderRecoveryEntry("cong", 5),
            EntryKind.ClockSample => new ClockSampleEntry(KioskJournal.BootedAtUs, 4_000, 2_000),
            EntryKind.Boot => new BootEntry("1.0", PreviousStop.Orderly),
            EntryKind.ConfigurationApplied => new ConfigurationAppliedEntry(1, new Digest()),
            EntryKind.Stop => new StopEntry(StopReason.Requested),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "name it, and test it here"),
        };
    }

    [Fact]
    public async Task A_release_that_is_none_is_one_sentence_and_changes_nothing()
    {
        Assert.Contains("CONG-SAU", (await Assert.ThrowsAsync<CommandException>(() => ReleaseAsync("CONG-SAU"))).Message, StringComparison.Ordinal);
        Assert.Equal(2, (await Assert.ThrowsAsync<CommandException>(() => ReleaseAsync(document: " "))).ExitCode);
        await Assert.ThrowsAsync<CommandException>(() => ReleaseAsync(by: "NV999"));
        Assert.Equal(["2 resolved", "3 quarantined"], await TapsAsync());
        Assert.Equal(0, await ReadAsync(db => db.KioskReleases.CountAsync()));
        await ReleaseAsync();
        Assert.Contains("không bị cách ly", (await Assert.ThrowsAsync<CommandException>(() => ReleaseAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(1, await ReadAsync(db => db.KioskReleases.CountAsync()));
    }

    private Task<int> ReleaseAsync(string code = "CONG-CHINH", string document = "5/BB", string by = "NV001")
    {
        _host.Time.Now += TimeSpan.FromSeconds(1);
        return KioskReleaseCommand.RunAsync(_host.Context(), code, document, by, CancellationToken.None);
    }

    private Task<int> ConflictsAsync(string? code = null, bool json = false) => KioskConflictsCommand.RunAsync(_host.Context(json), code, CancellationToken.None);

    private async Task SendAsync(KioskJournal journal, int first)
    {
        _host.Time.Now += TimeSpan.FromSeconds(1);
        await using var ingest = new TapIngest(_host.Store, new IngestOptions(), _host.Time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync((long)journal.Id.KioskId, journal.Id.Epoch, CancellationToken.None);
        await ingest.AppendAsync(session, journal.Before(first), journal.Range(first, (int)journal.Last), backlog: false, CancellationToken.None);
    }

    /// <summary>Each tap's number and where it stands.</summary>
    private Task<List<string>> TapsAsync() => ReadAsync(async db =>
        (await db.ResolvedTaps.Select(tap => new { tap.Sequence, Reason = "resolved" }).Concat(db.UnresolvedTaps.Select(tap => new { tap.Sequence, tap.Reason })).ToListAsync())
            .OrderBy(tap => tap.Sequence).Select(tap => $"{tap.Sequence} {tap.Reason}").ToList());

    private void AssertVerified()
    {
        using var reader = _host.Store.OpenReader();
        using var moment = reader.BeginMoment();
        using var store = KyCuong.Verify.Store.Inside(moment);
        Assert.Equal([], Verification.Of(store, []).Findings);
    }

    private async Task<T> ReadAsync<T>(Func<Server.Store.KyCuongDb, Task<T>> read)
    {
        await using var db = _host.Store.NewReader();
        return await read(db);
    }

    private async Task WriteAsync(Action<Server.Store.KyCuongDb> change)
    {
        await using var lease = await _host.Store.LeaseAsync(CancellationToken.None);
        await using var db = lease.NewContext();
        change(db);
        await db.SaveChangesAsync();
        await lease.CommitAsync();
    }
}
