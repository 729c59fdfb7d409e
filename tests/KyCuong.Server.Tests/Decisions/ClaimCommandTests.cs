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

/// <summary>Staff codes entered while the server was away, from the journal to what is judged of the day.</summary>
public sealed class ClaimCommandTests
{
    /// <summary>All of 13/05/2026 but the arrival at seven.</summary>
    private const string Taps = """
        staff_code_or_badge,at,direction,reader
        NV001,2026-05-13T11:31:00,,
        NV001,2026-05-13T13:25:00,,
        NV001,2026-05-13T17:01:00,,

        """;

    [Fact]
    public async Task A_claim_that_waits_is_neither_presence_nor_absence_and_says_so()
    {
        await using var host = await HostAsync();
        var day = await DayAsync(host);
        Assert.False(day.GetProperty("final").GetBoolean());
        Assert.Equal("missingArrival False", Assert.Single(Findings(day)));
        Assert.Equal(3, day.GetProperty("taps").GetArrayLength());
        var claim = Assert.Single(day.GetProperty("claims").EnumerateArray().ToList());
        Assert.Equal(("1-1", "2026-05-13T07:04:00+07:00", "CONG"), (claim.GetProperty("claim").GetString(), claim.GetProperty("at").GetString(), claim.GetProperty("kiosk").GetString()));
        await host.ExplainAsync("2026-05-13", "NV001");
        Assert.Contains("07:04:00, Cổng chính (CONG): có người nhập mã cán bộ này, chưa xác minh (số 1-1); chưa tính là lượt quẹt.", host.Out, StringComparison.Ordinal);
        Assert.Contains("Chưa chính thức: chờ xác nhận hoặc bác lượt khai mã cán bộ", host.Out, StringComparison.Ordinal);
        await host.DayAsync("2026-05-13", "NV001");
        Assert.Contains("chờ xác minh", host.Out, StringComparison.Ordinal);
        Assert.Equal((0, 0, 1), await SummaryAsync(host));
    }

    [Fact]
    public async Task Confirmed_it_is_the_persons_tap_without_a_badge_and_counts_as_a_forgotten_one()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await DecideAsync(host, ClaimDecisionRow.Confirmed));
        Assert.Equal("Đã ghi quyết định số 1: xác nhận lượt khai 1-1 của NV001 (5/GXN).", host.Out.Trim());
        var day = await DayAsync(host);
        Assert.True(day.GetProperty("final").GetBoolean());
        Assert.Empty(Findings(day));
        var tap = day.GetProperty("taps")[0];
        Assert.True(tap.GetProperty("badgeless").GetBoolean());
        Assert.Equal(("arrival", JsonValueKind.Null), (tap.GetProperty("use").GetString(), tap.GetProperty("reader").ValueKind));
        Assert.False(day.TryGetProperty("claims", out _));
        Assert.False(day.GetProperty("taps")[1].TryGetProperty("badgeless", out _));
        Assert.Equal((1, 0, 0), await SummaryAsync(host));
        await host.ExplainAsync("2026-05-13", "NV001");
        Assert.Contains("07:04:00, Cổng chính, nhập mã cán bộ thay thẻ, sai số ±3 ms", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejected_it_is_nobodys_and_withdrawn_it_waits_again()
    {
        await using var host = await HostAsync();
        Assert.Equal(0, await DecideAsync(host, ClaimDecisionRow.Rejected));
        Assert.Equal("missingArrival True", Assert.Single(Findings(await DayAsync(host))));
        Assert.Equal((0, 1, 0), await SummaryAsync(host));
        await Assert.ThrowsAsync<CommandException>(() => DecideAsync(host, ClaimDecisionRow.Confirmed));
        Assert.Equal(0, await ClaimCommand.WithdrawAsync(host.Context(), 1, "6/GXN", CancellationToken.None));
        Assert.Equal("missingArrival False", Assert.Single(Findings(await DayAsync(host))));
        Assert.Equal(0, await DecideAsync(host, ClaimDecisionRow.Confirmed));
        Assert.Empty(Findings(await DayAsync(host)));
        Assert.Equal(0, await ClaimCommand.WithdrawAsync(host.Context(), 2, "7/GXN", CancellationToken.None));
        Assert.Equal("missingArrival False", Assert.Single(Findings(await DayAsync(host))));
        Assert.Equal((0, 0, 1), await SummaryAsync(host));
    }

    [Theory]
    [InlineData("1-1", "NV001", 2)]
    [InlineData("1-1", "NV999", 1)]
    [InlineData("1-2", "NV002", 1)]
    [InlineData("9-1", "NV002", 1)]
    [InlineData("x", "NV002", 2)]
    public async Task Nobody_decides_of_their_own_or_of_what_is_no_waiting_claim(string claim, string by, int exit)
    {
        await using var host = await HostAsync();
        var refusal = await Assert.ThrowsAsync<CommandException>(() => ClaimCommand.DecideAsync(host.Context(), ClaimDecisionRow.Confirmed, claim, "5/GXN", by, CancellationToken.None));
        Assert.Equal(exit, refusal.ExitCode);
        Assert.False((await DayAsync(host)).GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task The_list_shows_what_waits_and_with_all_what_was_decided()
    {
        await using var host = await HostAsync();
        await ClaimCommand.ListAsync(host.Context(), all: false, CancellationToken.None);
        Assert.Matches("1-1 │ 13/05/2026 07:04:00 │ Cổng chính │ NV001 │ Nguyễn Văn An │ chờ quyết định", host.Out);
        await DecideAsync(host, ClaimDecisionRow.Rejected);
        await ClaimCommand.ListAsync(host.Context(), all: false, CancellationToken.None);
        Assert.Equal("Không có lượt khai nào đang chờ.", host.Out.Trim());
        await ClaimCommand.ListAsync(host.Context(json: true), all: true, CancellationToken.None);
        var line = Assert.Single(host.Json().EnumerateArray().ToList());
        Assert.Equal(("1-1", "NV001", "in", "rejected", "NV002"),
            (line.GetProperty("claim").GetString(), line.GetProperty("staff").GetString(), line.GetProperty("direction").GetString(), line.GetProperty("decision").GetProperty("ruling").GetString(), line.GetProperty("decision").GetProperty("by").GetString()));
    }

    private static Task<int> DecideAsync(FeatureHost host, string ruling) => ClaimCommand.DecideAsync(host.Context(), ruling, "1-1", "5/GXN", "NV002", CancellationToken.None);

    private static IEnumerable<string> Findings(JsonElement day) =>
        day.GetProperty("findings").EnumerateArray().Select(finding => $"{finding.GetProperty("kind").GetString()} {finding.GetProperty("final").GetBoolean()}");

    private static async Task<JsonElement> DayAsync(FeatureHost host)
    {
        Assert.Equal(0, await host.DayAsync("2026-05-13", "NV001", asJson: true));
        return Assert.Single(host.Json().EnumerateArray().ToList());
    }

    private static async Task<(int ForgottenBadge, int MissingTaps, int Provisional)> SummaryAsync(FeatureHost host)
    {
        Assert.Equal(0, await host.SummaryAsync(from: "2026-05-13", to: "2026-05-13", asJson: true));
        var person = host.Json().GetProperty("people").EnumerateArray().Single(line => line.GetProperty("staff").GetString() == "NV001");
        return (person.GetProperty("forgottenBadge").GetInt32(), person.GetProperty("missingTaps").GetInt32(), person.GetProperty("provisionalFindings").GetInt32());
    }

    private static async Task<FeatureHost> HostAsync()
    {
        var host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await host.ImportAsync("taps", Taps));
        KioskRow kiosk;
        await using (var lease = await host.Store.LeaseAsync(CancellationToken.None))
        await using (var db = lease.NewContext())
        {
            db.Kiosks.Add(kiosk = new KioskRow
            {
                AgencyId = db.Agencies.Single().AgencyId, Code = "CONG", Name = "Cổng chính", State = KioskState.Enrolled,
                EnrolledUs = 1, KnownUntilUs = 2_000_000_000_000_000,
            });
            await db.SaveChangesAsync();
            await lease.CommitAsync();
        }

        var journal = new KioskJournal(kiosk.KioskId, 1);
        journal.Add(240, new ClaimedTapEntry("NV001", ClaimCheck.Unverified, Direction.In, DirectionSource.Person));
        journal.Tap(99, 250);
        await using var ingest = new TapIngest(host.Store, new IngestOptions(), host.Time, NullLogger<TapIngest>.Instance);
        var session = await ingest.OpenJournalAsync(kiosk.KioskId, 1, CancellationToken.None);
        Assert.Equal(2UL, (await ingest.AppendAsync(session, default, journal.Range(1, 2), false, CancellationToken.None)).HighWater);
        return host;
    }
}
