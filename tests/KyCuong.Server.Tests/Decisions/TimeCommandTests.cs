using System.Text.Json;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Decisions;

/// <summary>A boot whose clock never met the server, from the kiosk's journal to what is judged of the day.</summary>
public sealed class TimeCommandTests
{
    /// <summary>All of 13/05/2026 but the arrival at seven and, of NV002, all.</summary>
    private const string Taps = """
        staff_code_or_badge,at,direction,reader
        NV001,2026-05-13T11:31:00,,
        NV001,2026-05-13T13:25:00,,
        NV001,2026-05-13T17:01:00,,

        """;

    private const string Badges = """
        staff_code,badge,kind,from,to
        NV001,0F03024FD3,em10h,2026-01-01,
        NV002,0F03024FD4,em10h,2026-01-01,

        """;

    [Fact]
    public async Task A_tap_of_a_lost_boot_is_kept_and_pending_with_what_is_known_of_it()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await TimeCommandList(host));
        var taps = host.Json().EnumerateArray().ToList();
        Assert.Equal(["1-2", "1-3"], taps.Select(tap => tap.GetProperty("tap").GetString()!));
        var first = taps[0];
        // Between the last entry of the boot before and the first of the one after; what its wall clock says is 1970, when Vietnam was at UTC+8.
        Assert.Equal(("2026-05-13T06:49:59+07:00", "2026-05-13T07:10:00+07:00"), (first.GetProperty("after").GetString(), first.GetProperty("before").GetString()));
        Assert.Equal(("1970-01-01T08:01:00+08:00", 60, "in"), (first.GetProperty("wallClock").GetString(), first.GetProperty("secondsSinceBoot").GetDouble(), first.GetProperty("direction").GetString()));
        Assert.Equal(["NV001"], first.GetProperty("staff").EnumerateArray().Select(one => one.GetString()!));
        Assert.Equal(["NV002"], taps[1].GetProperty("staff").EnumerateArray().Select(one => one.GetString()!));
        await TimeList.ListAsync(host.Context(), all: false, CancellationToken.None);
        Assert.Matches(@"1-2 │ Cổng chính │ Nguyễn Văn An \(NV001\) │ 13/05/2026 06:49:59 │ 13/05/2026 07:10:00 │ .*│ 0\.00:01:00 +│ 01/01/1970 08:01:00 │ chờ xác định giờ", host.Out);
    }

    [Fact]
    public async Task Until_somebody_decides_the_day_is_neither_presence_nor_absence_and_says_so()
    {
        await using var host = await HostAsync();
        var day = await DayAsync(host);
        Assert.False(day.GetProperty("final").GetBoolean());
        Assert.Equal("missingArrival False", Assert.Single(Findings(day)));
        Assert.Equal("1-2", Assert.Single(day.GetProperty("timePending").EnumerateArray().ToList()).GetProperty("tap").GetString());
        await host.ExplainAsync("2026-05-13", "NV001");
        Assert.Contains("thẻ của người này đã được quẹt lúc nào đó từ 06:49:59 đến 07:10:00 (số 1-2)", host.Out, StringComparison.Ordinal);
        Assert.Contains("Chưa chính thức: chờ xác định giờ của lượt quẹt", host.Out, StringComparison.Ordinal);
        await host.DayAsync("2026-05-13", "NV001");
        Assert.Contains("chờ xác định giờ của lượt quẹt", host.Out, StringComparison.Ordinal);
        Assert.Equal((0, 1), await SummaryAsync(host));
        // Another day is none of its business.
        Assert.Equal(0, await host.DayAsync("2026-05-12", "NV001", asJson: true));
        Assert.True(Assert.Single(host.Json().EnumerateArray().ToList()).GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task Settled_the_day_is_judged_by_it_and_says_who_settled_it_and_by_what_paper()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await SettleAsync(host, at: "2026-05-13T07:04:00"));
        Assert.Equal("Đã ghi quyết định số 1: lượt quẹt 1-2 vào lúc 13/05/2026 07:04:00; số lượt được tính theo: 1 (5/BB).", host.Out.Trim());
        var day = await DayAsync(host);
        Assert.True(day.GetProperty("final").GetBoolean());
        Assert.Empty(Findings(day));
        Assert.Equal("2026-05-13T07:04:00+07:00", day.GetProperty("sessions")[0].GetProperty("in").GetString());
        Assert.Equal(60_000, day.GetProperty("taps")[0].GetProperty("uncertaintyMs").GetInt32());
        await host.ExplainAsync("2026-05-13", "NV001");
        Assert.Contains("Giờ do Lê Văn Đức xác định theo 5/BB (quyết định số 1 về giờ quẹt).", host.Out, StringComparison.Ordinal);
        await host.ExplainAsync("2026-05-13", "NV001", asJson: true);
        var settled = Assert.Single(host.Json()[0].GetProperty("explanation").GetProperty("settledTimes").EnumerateArray().ToList());
        Assert.Equal((1, "5/BB", "NV003"), (settled.GetProperty("decision").GetInt32(), settled.GetProperty("document").GetString(), settled.GetProperty("by").GetString()));
        // The other tap of the boot waits on.
        Assert.Equal(0, await TimeCommandList(host));
        Assert.Equal("1-3", Assert.Single(host.Json().EnumerateArray().ToList()).GetProperty("tap").GetString());
        await VerifyAsync(host);
    }

    [Fact]
    public async Task A_limit_within_what_the_paper_is_sure_of_is_decided_for_the_person()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await SettleAsync(host, at: "2026-05-13T07:06:30", within: 2));
        Assert.Empty(Findings(await DayAsync(host)));
        Assert.Equal(0, await TimeCommand.WithdrawAsync(host.Context(), 1, "6/BB", CancellationToken.None));
        Assert.Equal(0, await SettleAsync(host, at: "2026-05-13T07:06:30", within: 1));
        Assert.Equal("lateArrival True", Assert.Single(Findings(await DayAsync(host))));
    }

    [Fact]
    public async Task Withdrawn_it_is_pending_again_and_may_be_settled_anew()
    {
        await using var host = await HostAsync();
        await SettleAsync(host, at: "2026-05-13T07:04:00");
        await Assert.ThrowsAsync<CommandException>(() => SettleAsync(host, at: "2026-05-13T07:05:00"));
        Assert.Equal(0, await TimeCommand.WithdrawAsync(host.Context(), 1, "6/BB", CancellationToken.None));
        Assert.Equal("Đã rút quyết định số 1 về giờ quẹt (6/BB); lượt quẹt lại chờ.", host.Out.Trim());
        Assert.Equal("missingArrival False", Assert.Single(Findings(await DayAsync(host))));
        await Assert.ThrowsAsync<CommandException>(() => TimeCommand.WithdrawAsync(host.Context(), 1, "7/BB", CancellationToken.None));
        await VerifyAsync(host);
        Assert.Equal(0, await SettleAsync(host, at: "2026-05-13T07:09:00", within: 0));
        Assert.Equal("lateArrival True", Assert.Single(Findings(await DayAsync(host))));
        await TimeCommandList(host, all: true);
        Assert.Equal(["1-3 ", "1-2 5/BB 6/BB", "1-2 5/BB "], host.Json().EnumerateArray().Select(line =>
            $"{line.GetProperty("tap").GetString()} {(line.GetProperty("decision") is { ValueKind: JsonValueKind.Object } decision ? $"{decision.GetProperty("document").GetString()} {decision.GetProperty("withdrawnBy").GetString()}" : "")}"));
        await VerifyAsync(host);
    }

    [Fact]
    public async Task One_paper_settles_a_whole_boot_by_the_clock_that_ran_through_it()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await SettleAsync(host, at: "2026-05-13T07:04:00", boot: true, within: 0));
        Assert.Equal(0, await host.DayAsync("2026-05-13", "NV002", asJson: true));
        // 65 s later by boot time, and no surer than the boot clock is over them.
        var tap = host.Json()[0].GetProperty("taps")[0];
        Assert.Equal(("2026-05-13T07:05:05+07:00", 33), (tap.GetProperty("at").GetString(), tap.GetProperty("uncertaintyMs").GetInt32()));
        Assert.Equal(0, await TimeCommandList(host));
        Assert.Empty(host.Json().EnumerateArray());
        await VerifyAsync(host);
        Assert.Equal(0, await TimeCommand.WithdrawAsync(host.Context(), 1, "6/BB", CancellationToken.None));
        Assert.Equal(0, await TimeCommandList(host));
        Assert.Equal(2, host.Json().GetArrayLength());
        await VerifyAsync(host);
    }

    [Fact]
    public async Task Dismissed_it_is_waited_for_no_more_and_counts_nowhere()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await TimeCommand.DecideAsync(host.Context(), "1-2", null, false, "5/BB", "NV003", CancellationToken.None));
        var day = await DayAsync(host);
        Assert.Equal("missingArrival True", Assert.Single(Findings(day)));
        Assert.False(day.TryGetProperty("timePending", out _));
        await VerifyAsync(host);
        Assert.Equal(0, await TimeCommand.WithdrawAsync(host.Context(), 1, "6/BB", CancellationToken.None));
        Assert.Equal("missingArrival False", Assert.Single(Findings(await DayAsync(host))));
    }

    [Theory]
    [InlineData("1-2", "2026-05-13T07:04:00", "NV001", 2)]
    [InlineData("1-2", "2026-05-13T06:40:00", "NV003", 2)]
    [InlineData("1-2", "2026-05-13T07:12:00", "NV003", 2)]
    [InlineData("1-2", "2026-05-13T07:04:00", "NV999", 1)]
    [InlineData("1-1", "2026-05-13T07:04:00", "NV003", 1)]
    [InlineData("9-2", "2026-05-13T07:04:00", "NV003", 1)]
    [InlineData("x", "2026-05-13T07:04:00", "NV003", 2)]
    public async Task Nobody_settles_their_own_or_what_cannot_be_or_what_is_known(string tap, string at, string by, int exit)
    {
        await using var host = await HostAsync();
        var refusal = await Assert.ThrowsAsync<CommandException>(() => TimeCommand.SettleAsync(host.Context(), tap, at, 1, false, "5/BB", by, CancellationToken.None));
        Assert.Equal(exit, refusal.ExitCode);
        Assert.False((await DayAsync(host)).GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task What_is_measured_after_all_goes_before_what_people_decided()
    {
        await using var host = await HostAsync(send: 3);
        await SettleAsync(host, at: "2026-05-13T07:04:00", boot: true);
        // The machine meets the server in the same boot yet: it was 06:56:40 + 60 s.
        await SendAsync(host, journal => journal.Sample(200), 4);
        Assert.Equal(0, await host.DayAsync("2026-05-13", "NV001", asJson: true));
        Assert.Equal("2026-05-13T07:01:00+07:00", host.Json()[0].GetProperty("taps")[0].GetProperty("at").GetString());
        await host.ExplainAsync("2026-05-13", "NV001");
        Assert.DoesNotContain("quyết định số 1 về giờ quẹt", host.Out, StringComparison.Ordinal);
        await VerifyAsync(host);
    }

    [Fact]
    public async Task A_later_tap_of_a_boot_that_is_settled_has_its_instant_when_it_comes()
    {
        await using var host = await HostAsync(send: 2);
        await SettleAsync(host, at: "2026-05-13T07:04:00", boot: true, within: 0);
        await SendAsync(host, _ => { }, 3);
        Assert.Equal(0, await host.DayAsync("2026-05-13", "NV002", asJson: true));
        Assert.Equal("2026-05-13T07:05:05+07:00", host.Json()[0].GetProperty("taps")[0].GetProperty("at").GetString());
        await VerifyAsync(host);
    }

    [Fact]
    public async Task Badges_that_change_hands_afterwards_leave_a_settled_instant_as_it_is()
    {
        await using var host = await HostAsync();
        await SettleAsync(host, at: "2026-05-13T07:04:00");
        Assert.Equal(0, await host.ImportAsync("badges", Badges + "NV003,0F03024FD9,em10h,2026-01-01,\n"));
        Assert.True((await DayAsync(host)).GetProperty("final").GetBoolean());
        await VerifyAsync(host);
    }

    [Fact]
    public async Task A_wall_clock_that_was_set_is_on_record()
    {
        await using var host = await HostAsync(send: 3);
        await SendAsync(host, journal =>
        {
            (journal.Boot, journal.Synced) = (8, true);
            journal.WallWrongByUs = 0;
            journal.Tap(1, 900);
            journal.WallWrongByUs = -3_600 * KioskJournal.Second;
            journal.Tap(1, 1_000);
        }, 5);
        await ClockJumps.ListAsync(host.Context(json: true), null, CancellationToken.None);
        var jump = Assert.Single(host.Json().EnumerateArray().ToList());
        Assert.Equal(("1-5", "CONG", -3600.0, "2026-05-13T07:16:40+07:00"),
            (jump.GetProperty("entry").GetString(), jump.GetProperty("kiosk").GetString(), jump.GetProperty("seconds").GetDouble(), jump.GetProperty("before").GetString()));
        await ClockJumps.ListAsync(host.Context(), "CONG", CancellationToken.None);
        Assert.Matches("1-5 │ Cổng chính │ 13/05/2026 07:16:40 │ +-3600.0", host.Out);
    }

    private static Task<int> TimeCommandList(FeatureHost host, bool all = false) => TimeList.ListAsync(host.Context(json: true), all, CancellationToken.None);

    private static Task<int> SettleAsync(FeatureHost host, string at, bool boot = false, int within = 1) =>
        TimeCommand.SettleAsync(host.Context(), "1-2", at, within, boot, "5/BB", "NV003", CancellationToken.None);

    private static IEnumerable<string> Findings(JsonElement day) =>
        day.GetProperty("findings").EnumerateArray().Select(finding => $"{finding.GetProperty("kind").GetString()} {finding.GetProperty("final").GetBoolean()}");

    private static async Task<JsonElement> DayAsync(FeatureHost host)
    {
        Assert.Equal(0, await host.DayAsync("2026-05-13", "NV001", asJson: true));
        return Assert.Single(host.Json().EnumerateArray().ToList());
    }

    private static async Task<(int MissingTaps, int Provisional)> SummaryAsync(FeatureHost host)
    {
        Assert.Equal(0, await host.SummaryAsync(from: "2026-05-13", to: "2026-05-13", asJson: true));
        var person = host.Json().GetProperty("people").EnumerateArray().Single(line => line.GetProperty("staff").GetString() == "NV001");
        return (person.GetProperty("missingTaps").GetInt32(), person.GetProperty("provisionalFindings").GetInt32());
    }

    /// <summary>What is derived, and every verdict with it, follows from what is recorded, by the server's own rebuilding and by the independent verifier.</summary>
    private static async Task VerifyAsync(FeatureHost host)
    {
        await host.ExplainAsync("2026-05-13", "NV001", asJson: true);
        var (before, judged) = (Rows(host), host.Out);
        await using (var lease = await host.Store.LeaseAsync(CancellationToken.None))
        {
            using (var derivation = new TapDerivation(lease)) derivation.RebuildResolved(1);
            await lease.CommitAsync();
        }

        Assert.Equal(before, Rows(host));
        await host.ExplainAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal(judged, host.Out);
        await using (var reader = host.Store.OpenReader())
        {
            using var moment = reader.BeginMoment();
            using var store = KyCuong.Verify.Store.Inside(moment);
            // The gate of these tests is known until 2033 at once, far beyond its journal.
            Assert.Equal([], KyCuong.Verify.Verification.Of(store, []).Findings.Where(finding => finding.Kind != KyCuong.Verify.FindingKind.KnownTooFar));
        }

        static string[] Rows(FeatureHost host)
        {
            using var db = host.Store.NewReader();
            return
            [
                .. db.ResolvedTaps.OrderBy(row => row.JournalId).ThenBy(row => row.Sequence).Select(row => $"{row.JournalId} {row.Sequence} {row.StaffId} {row.AtUs} {row.UncertaintyUs}"),
                .. db.UnresolvedTaps.OrderBy(row => row.JournalId).ThenBy(row => row.Sequence).Select(row => $"{row.JournalId} {row.Sequence} {row.Reason} {row.AtUs}"),
            ];
        }
    }

    /// <summary>More of the one journal, up to a sequence.</summary>
    private static async Task SendAsync(FeatureHost host, Action<KioskJournal> more, int last)
    {
        var journal = Journal(host);
        more(journal);
        await using var ingest = new TapIngest(host.Store, new IngestOptions(), host.Time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync((long)journal.Id.KioskId, 1, CancellationToken.None);
        var first = (int)session.HighWater + 1;
        Assert.Equal((ulong)last, (await ingest.AppendAsync(session, journal.Before(first), journal.Range(first, last), false, CancellationToken.None)).HighWater);
    }

    /// <summary>A boot that met the server at 06:50, one that never did, and, from sequence 4 on, whatever a test adds; else one that did at 07:10.</summary>
    private static KioskJournal Journal(FeatureHost host)
    {
        using var db = host.Store.NewReader();
        var keys = db.BadgeHashes.Where(row => row.Level == CredentialLevel.Em).OrderBy(row => row.BadgeId)
            .Select(row => new KyCuong.Protos.Badges.BadgeKey(row.Level, row.KeyId, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(row.Hash))).ToList();
        var journal = new KioskJournal(db.Kiosks.Single().KioskId, 1) { Boot = 6, WrongByUs = -700 * KioskJournal.Second };
        journal.Tap(99, 100);
        (journal.Boot, journal.Synced, journal.WrongByUs, journal.WallWrongByUs) = (7, false, 0, -KioskJournal.BootedAtUs);
        journal.Tap([keys[0]], 60, Direction.In);
        journal.Tap([keys[1]], 125, Direction.In);
        return journal;
    }

    private static async Task<FeatureHost> HostAsync(int send = 0)
    {
        var host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await host.ImportAsync("taps", Taps));
        Assert.Equal(0, await host.ImportAsync("badges", Badges));
        await using (var lease = await host.Store.LeaseAsync(CancellationToken.None))
        await using (var db = lease.NewContext())
        {
            db.Kiosks.Add(new KioskRow
            {
                AgencyId = db.Agencies.Single().AgencyId, Code = "CONG", Name = "Cổng chính", State = KioskState.Enrolled,
                EnrolledUs = 1, KnownUntilUs = 2_000_000_000_000_000,
            });
            await db.SaveChangesAsync();
            await lease.CommitAsync();
        }

        if (send > 0) await SendAsync(host, _ => { }, send);
        else await SendAsync(host, After, 4);
        return host;

        static void After(KioskJournal journal)
        {
            (journal.Boot, journal.Synced, journal.WallWrongByUs) = (8, true, 0);
            journal.Tap(99, 600);
        }
    }
}
