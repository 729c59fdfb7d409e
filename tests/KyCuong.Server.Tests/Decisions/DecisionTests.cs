using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Decisions;

namespace KyCuong.Server.Tests.Decisions;

/// <summary>Decisions, incidents and hand-kept days through their commands, seen in what is judged afterwards.</summary>
public sealed class DecisionTests
{
    private const string LateTaps = """
        staff_code_or_badge,at,direction,reader
        NV001,2026-05-13T07:20:00,,
        NV001,2026-05-13T11:31:00,,
        NV001,2026-05-13T13:25:00,,
        NV001,2026-05-13T17:01:00,,

        """;

    [Fact]
    public async Task An_accepted_explanation_changes_the_answer_at_once_and_its_withdrawal_changes_it_back()
    {
        await using var host = await LateAsync();
        Assert.Equal(1, await LateTimesAsync(host));
        Assert.Equal(0, await DecisionCommand.DecideAsync(host.Context(), "excused", new("NV001", "2026-05-13"), "12/GT", "NV002", CancellationToken.None));
        Assert.Equal("Đã ghi quyết định số 1: chấp nhận giải trình của NV001 ngày 13/05/2026 – Đi muộn 20 phút (buổi 1), theo văn bản 12/GT.", host.Out.Trim());
        Assert.Equal("excused", (await FindingAsync(host)).GetProperty("standing").GetString());
        Assert.Equal(0, await LateTimesAsync(host));
        await host.ExplainAsync("2026-05-13", "NV001");
        Assert.Contains("• Quyết định số 1: chấp nhận giải trình về mọi phát hiện, văn bản 12/GT.", host.Out, StringComparison.Ordinal);
        Assert.Contains("Đi muộn (buổi 1): không tính, đã chấp nhận giải trình.", host.Out, StringComparison.Ordinal);

        Assert.Equal(0, await Withdrawal.RunAsync(host.Context(), "decision", DecisionCommand.FindAsync, 1, "13/GT", CancellationToken.None));
        Assert.False((await FindingAsync(host)).TryGetProperty("standing", out _));
        Assert.Equal(1, await LateTimesAsync(host));
        Assert.Contains("đã được rút lại theo văn bản 13/GT", (await Assert.ThrowsAsync<CommandException>(() => Withdrawal.RunAsync(host.Context(), "decision", DecisionCommand.FindAsync, 1, "14/GT", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Contains("Không có quyết định số 9", (await Assert.ThrowsAsync<CommandException>(() => Withdrawal.RunAsync(host.Context(), "decision", DecisionCommand.FindAsync, 9, "14/GT", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Equal(0, await DecisionCommand.ListAsync(host.Context(json: true), "NV001", CancellationToken.None));
        var listed = Assert.Single(host.Json().EnumerateArray().ToList());
        Assert.Equal(("12/GT", "NV002", "13/GT"), (listed.GetProperty("document").GetString(), listed.GetProperty("by").GetString(), listed.GetProperty("withdrawnBy").GetString()));
    }

    [Fact]
    public async Task Each_list_shows_what_was_decided_as_a_table_and_as_data()
    {
        await using var host = await LateAsync();
        await DecisionCommand.DecideAsync(host.Context(), "excused", new("NV001", "2026-05-13"), "12/GT", "NV002", CancellationToken.None);
        await IncidentCommand.DeclareAsync(host.Context(), "2026-05-12T06:30", "2026-05-12T07:15", null, "VP", "1/BB", "NV002", CancellationToken.None);
        await HandKeptBook.SetAsync(host.Context(), "NV003", "2026-05-11", null, "3/QĐ", "NV001", CancellationToken.None);
        await Withdrawal.RunAsync(host.Context(), "handkept", HandKeptCommand.FindAsync, 1, "4/QĐ", CancellationToken.None);

        await DecisionCommand.ListAsync(host.Context(), null, CancellationToken.None);
        Assert.Matches(@"│ +1 │ NV001 │ 13/05/2026 │.*│ 12/GT +│ NV002 +│", host.Out);
        await IncidentCommand.ListAsync(host.Context(), CancellationToken.None);
        Assert.Matches(@"│ +1 │ 06:30 12/05/2026 │ 07:15 12/05/2026 │.*VP.*│ 1/BB +│ NV002 +│", host.Out);
        await HandKeptCommand.ListAsync(host.Context(), CancellationToken.None);
        Assert.Matches(@"│ +1 │ NV003 │.*│ 11/05/2026 │ … +│ 3/QĐ +│ NV001 +│.*4/QĐ", host.Out);

        await DecisionCommand.ListAsync(host.Context(json: true), null, CancellationToken.None);
        Assert.Equal(["decision", "staff", "date", "ruling", "schedule", "session", "kind", "document", "by", "withdrawnBy"], Names());
        await IncidentCommand.ListAsync(host.Context(json: true), CancellationToken.None);
        Assert.Equal(["incident", "from", "to", "kiosk", "unit", "document", "by", "withdrawnBy"], Names());
        await HandKeptCommand.ListAsync(host.Context(json: true), CancellationToken.None);
        Assert.Equal(["handkept", "staff", "from", "to", "document", "by", "withdrawnBy"], Names());
        Assert.Equal("4/QĐ", host.Json()[0].GetProperty("withdrawnBy").GetString());
        Assert.Equal(0, await DecisionCommand.ListAsync(host.Context(), "NV003", CancellationToken.None));
        Assert.DoesNotContain("NV001", host.Out, StringComparison.Ordinal);

        IEnumerable<string> Names() => Assert.Single(host.Json().EnumerateArray().ToList()).EnumerateObject().Select(property => property.Name);
    }

    [Fact]
    public async Task A_decision_is_about_something_that_was_found()
    {
        await using var host = await LateAsync();
        var refused = await Assert.ThrowsAsync<CommandException>(() => DecisionCommand.DecideAsync(host.Context(), "excused", new("NV001", "2026-05-13", Session: 2), "12/GT", "NV002", CancellationToken.None));
        Assert.Equal("Ngày 13/05/2026 của NV001 không có phát hiện nào như vậy; hiện có: Đi muộn 20 phút (buổi 1). Xem lệnh \"explain\".", refused.Message);
        var word = await Assert.ThrowsAsync<CommandException>(() => DecisionCommand.DecideAsync(host.Context(), "excused", new("NV001", "2026-05-13", Kind: "late"), "12/GT", "NV002", CancellationToken.None));
        Assert.Contains("các loại phát hiện là: lateArrival,", word.Message, StringComparison.Ordinal);
        var nobody = await Assert.ThrowsAsync<CommandException>(() => DecisionCommand.DecideAsync(host.Context(), "excused", new("NV001", "2026-05-13"), "12/GT", "NV099", CancellationToken.None));
        Assert.Contains("NV099", nobody.Message, StringComparison.Ordinal);
        var paper = await Assert.ThrowsAsync<CommandException>(() => DecisionCommand.DecideAsync(host.Context(), "excused", new("NV001", "2026-05-13"), " ", "NV002", CancellationToken.None));
        Assert.Contains("--document", paper.Message, StringComparison.Ordinal);
        Assert.Equal(1, await LateTimesAsync(host));
    }

    [Fact]
    public async Task What_was_decided_cannot_be_altered_in_the_store()
    {
        await using var host = await LateAsync();
        await DecisionCommand.DecideAsync(host.Context(), "excused", new("NV001", "2026-05-13"), "12/GT", "NV002", CancellationToken.None);
        await Withdrawal.RunAsync(host.Context(), "decision", DecisionCommand.FindAsync, 1, "13/GT", CancellationToken.None);
        await IncidentCommand.DeclareAsync(host.Context(), "2026-05-13T06:30", "2026-05-13T07:15", null, null, "1/BB", "NV002", CancellationToken.None);
        await HandKeptBook.SetAsync(host.Context(), "NV003", "2026-05-11", null, "3/QĐ", "NV002", CancellationToken.None);
        await HandKeptBook.RecordAsync(host.Context(), "NV003", "2026-05-13", null, true, null, "NV002", CancellationToken.None);
        foreach (var change in new[]
        {
            "DELETE FROM finding_decisions", "UPDATE finding_decisions SET document = 'x'", "UPDATE finding_decisions SET withdrawn_us = NULL, withdrawn_document = NULL",
            "DELETE FROM incidents", "UPDATE incidents SET from_us = 0", "DELETE FROM hand_kept", "UPDATE hand_kept SET to_date = '2026-05-12'",
            "DELETE FROM hand_kept_marks", "UPDATE hand_kept_marks SET present = FALSE",
        })
        {
            await using var lease = await host.Store.LeaseAsync(CancellationToken.None);
            await using var db = lease.NewContext();
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, change));
            Assert.True(refused.Message.Contains("never deleted", StringComparison.Ordinal) || refused.Message.Contains("immutable", StringComparison.Ordinal), change + ": " + refused.Message);
        }
    }

    [Fact]
    public async Task An_incident_takes_findings_out_of_the_count_until_one_is_confirmed()
    {
        await using var host = await LateAsync();
        Assert.Equal(0, await IncidentCommand.DeclareAsync(host.Context(), "2026-05-13T06:30", "2026-05-13T07:15", null, "VP", "1/BB", "NV002", CancellationToken.None));
        Assert.Contains("Đã khai báo sự cố số 1: từ 06:30 13/05/2026 đến 07:15 13/05/2026, Văn phòng (VP), theo văn bản 1/BB.", host.Out, StringComparison.Ordinal);
        Assert.Equal("inIncident", (await FindingAsync(host)).GetProperty("standing").GetString());
        Assert.Equal(0, await LateTimesAsync(host));
        await DecisionCommand.DecideAsync(host.Context(), "confirmed", new("NV001", "2026-05-13", 1, "lateArrival", "HC-HE"), "14/KL", "NV002", CancellationToken.None);
        Assert.Equal(1, await LateTimesAsync(host));
        Assert.Equal(0, await Withdrawal.RunAsync(host.Context(), "incident", IncidentCommand.FindAsync, 1, "2/BB", CancellationToken.None));
        Assert.False((await FindingAsync(host)).TryGetProperty("standing", out _));
    }

    [Theory]
    [InlineData("2026-05-13T07:15", "2026-05-13T06:30", null, null, "sớm hơn")]
    [InlineData("2026-05-13", "2026-05-13T06:30", null, null, "--from")]
    [InlineData("2026-01-01T00:00", "2026-12-31T00:00", null, null, "92 ngày")]
    [InlineData("2026-05-13T06:30", "2026-05-13T07:15", "CONG", null, "Không có kiốt \"CONG\"")]
    [InlineData("2026-05-13T06:30", "2026-05-13T07:15", null, "PHONG", "Không có đơn vị \"PHONG\"")]
    public async Task A_wrong_incident_is_refused_in_one_sentence(string from, string to, string? kiosk, string? unit, string says)
    {
        await using var host = await LateAsync();
        var refused = await Assert.ThrowsAsync<CommandException>(() => IncidentCommand.DeclareAsync(host.Context(), from, to, kiosk, unit, "1/BB", "NV002", CancellationToken.None));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        await IncidentCommand.ListAsync(host.Context(json: true), CancellationToken.None);
        Assert.Equal(0, host.Json().GetArrayLength());
    }

    [Fact]
    public async Task A_person_who_does_not_tap_is_recorded_by_one_and_confirmed_by_another()
    {
        await using var host = await LateAsync();
        Assert.Equal(0, await HandKeptBook.SetAsync(host.Context(), "NV003", "2026-05-11", null, "3/QĐ", "NV001", CancellationToken.None));
        Assert.Equal("pending", await StateAsync(host));
        Assert.Equal(0, await HandKeptBook.RecordAsync(host.Context(), "NV003", "2026-05-11", "2026-05-15", true, null, "NV002", CancellationToken.None));
        Assert.Equal(0, await HandKeptBook.RecordAsync(host.Context(), "NV003", "2026-05-13", null, false, 2, "NV002", CancellationToken.None));
        Assert.Equal("pending", await StateAsync(host));
        Assert.Contains("không thể xác nhận", (await Assert.ThrowsAsync<CommandException>(() => HandKeptBook.ConfirmAsync(host.Context(), "NV003", "2026-05-11", "2026-05-15", "NV002", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Contains("đã khai báo: NV001", (await Assert.ThrowsAsync<CommandException>(() => HandKeptBook.ConfirmAsync(host.Context(), "NV003", "2026-05-11", "2026-05-15", "NV003", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Equal("pending", await StateAsync(host));
        Assert.Equal(0, await HandKeptBook.ConfirmAsync(host.Context(), "NV003", "2026-05-11", "2026-05-15", "NV001", CancellationToken.None));
        Assert.Equal("partial", await StateAsync(host));
        await host.ExplainAsync("2026-05-13", "NV003");
        Assert.Contains("• Không quẹt thẻ theo văn bản 3/QĐ, từ 11/05/2026; người chấm công ghi từng ngày.", host.Out, StringComparison.Ordinal);
        Assert.Contains("    buổi 2: vắng không phép, người đứng đầu đã xác nhận.", host.Out, StringComparison.Ordinal);
        Assert.Contains("    vắng không phép: người chấm công ghi, người đứng đầu xác nhận;", host.Out, StringComparison.Ordinal);

        await host.SummaryAsync(from: "2026-05-11", to: "2026-05-15", asJson: true);
        var person = host.Json().GetProperty("people").EnumerateArray().Single(one => one.GetProperty("staff").GetString() == "NV003");
        Assert.Equal((10, 9, 1, 0), (Number(person, "handKeptSessions"), Number(person, "handKeptAttended"), Number(person, "handKeptAbsent"), Number(person, "dueSessions")));
        Assert.True(host.Json().GetProperty("period").GetProperty("final").GetBoolean());
        await host.SummaryAsync(from: "2026-05-11", to: "2026-05-18", asJson: true);
        Assert.False(host.Json().GetProperty("period").GetProperty("final").GetBoolean());
        Assert.Equal(2, Number(host.Json().GetProperty("agency"), "handKeptPending"));

        Assert.Equal(0, await Withdrawal.RunAsync(host.Context(), "handkept", HandKeptCommand.FindAsync, 1, "4/QĐ", CancellationToken.None));
        Assert.Equal("absent", await StateAsync(host));
    }

    [Fact]
    public async Task Only_who_is_kept_by_hand_is_recorded_and_only_once_at_a_time()
    {
        await using var host = await LateAsync();
        Assert.Contains("quẹt thẻ như mọi người", (await Assert.ThrowsAsync<CommandException>(() => HandKeptBook.RecordAsync(host.Context(), "NV003", "2026-05-13", null, true, null, "NV002", CancellationToken.None))).Message, StringComparison.Ordinal);
        await HandKeptBook.SetAsync(host.Context(), "NV003", "2026-05-11", "2026-05-12", "3/QĐ", "NV001", CancellationToken.None);
        Assert.Contains("13/05/2026", (await Assert.ThrowsAsync<CommandException>(() => HandKeptBook.RecordAsync(host.Context(), "NV003", "2026-05-12", "2026-05-13", true, null, "NV002", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Contains("ở số 1", (await Assert.ThrowsAsync<CommandException>(() => HandKeptBook.SetAsync(host.Context(), "NV003", "2026-05-12", null, "5/QĐ", "NV001", CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Contains("không có lượt ghi nào", (await Assert.ThrowsAsync<CommandException>(() => HandKeptBook.ConfirmAsync(host.Context(), "NV003", "2026-05-11", "2026-05-12", "NV001", CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_says_which_days_wait_for_a_notice_and_by_which_rules_it_judges()
    {
        await using var host = await LateAsync();
        await host.SummaryAsync(from: "2028-08-25", to: "2028-09-10", asJson: true);
        Assert.Equal(["2028-09-01", "2028-09-05"], host.Json().GetProperty("period").GetProperty("awaitingNotice").EnumerateArray().Select(day => day.GetString()));
        await host.SummaryAsync(month: "2026-05");
        Assert.Contains("Lịch HC-HE: quẹt thẻ đầu và cuối mỗi buổi; ân hạn đi muộn 5 phút, về sớm 5 phút, tính toàn bộ số phút; không đặt ngưỡng.", host.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Chờ thông báo", host.Out, StringComparison.Ordinal);
    }

    private static async Task<FeatureHost> LateAsync()
    {
        var host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await host.ImportAsync("taps", LateTaps));
        return host;
    }

    private static async Task<JsonElement> FindingAsync(FeatureHost host)
    {
        await host.DayAsync("2026-05-13", "NV001", asJson: true);
        return Assert.Single(host.Json()[0].GetProperty("findings").EnumerateArray().ToList());
    }

    private static async Task<string?> StateAsync(FeatureHost host)
    {
        await host.DayAsync("2026-05-13", "NV003", asJson: true);
        return host.Json()[0].GetProperty("state").GetString();
    }

    private static async Task<int> LateTimesAsync(FeatureHost host)
    {
        await host.SummaryAsync(month: "2026-05", asJson: true);
        return Number(host.Json().GetProperty("people").EnumerateArray().Single(one => one.GetProperty("staff").GetString() == "NV001"), "lateTimes");
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
