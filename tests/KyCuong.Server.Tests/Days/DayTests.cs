using System.Text.Json;
using System.Text.Json.Nodes;
using KyCuong.Server.Cli;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Tests.Days;

public sealed class DayTests : IAsyncLifetime
{
    private const string Taps = """
        staff_code_or_badge,at,direction,reader
        NV001,2026-05-13T07:06:20,in,r1
        NV001,2026-05-13T11:31:00,out,r1
        NV001,2026-05-13T13:24:00,in,r1
        NV001,2026-05-13T17:02:10,out,r1
        """;

    private FeatureHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await _host.ImportAsync("taps", Taps));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    /// <summary>
    /// Minutes by hand: late 07:00:00 → 07:06:20 = 6 whole minutes, past the grace of 5. Worked: 07:06:20–11:30:00 =
    /// 263 min 40 s and 13:30:00–17:00:00 = 210 min, together 473 min 40 s → 473. Present: the gap of lunch is not
    /// counted, what lies before 07:00 and after 17:00 is: 263:40 + 210:00 + 2:10 = 475:50 → 475.
    /// </summary>
    [Fact]
    public async Task The_example_of_the_contract_comes_out_as_written()
    {
        Assert.Equal(0, await _host.DayAsync("2026-05-13", staff: "NV001", asJson: true));
        var expected = JsonNode.Parse("""
            [ { "staff": "NV001", "date": "2026-05-13", "schedule": "HC-HE", "state": "present", "final": true, "waitingFor": [], "unscheduled": false,
                "workedMinutes": 473, "presentMinutes": 475, "lateMinutes": 6, "earlyMinutes": 0,
                "sessions": [ { "start": "2026-05-13T07:00:00+07:00", "end": "2026-05-13T11:30:00+07:00", "in": "2026-05-13T07:06:20+07:00", "out": "2026-05-13T11:31:00+07:00",
                                "lateMinutes": 6, "earlyMinutes": 0, "missingIn": false, "missingOut": false, "absent": false, "leave": null },
                              { "start": "2026-05-13T13:30:00+07:00", "end": "2026-05-13T17:00:00+07:00", "in": "2026-05-13T13:24:00+07:00", "out": "2026-05-13T17:02:10+07:00",
                                "lateMinutes": 0, "earlyMinutes": 0, "missingIn": false, "missingOut": false, "absent": false, "leave": null } ],
                "findings": [ { "kind": "lateArrival", "session": 0, "minutes": 6, "final": true } ],
                "taps": [ { "at": "2026-05-13T07:06:20+07:00", "direction": "in", "use": "arrival", "kiosk": null, "reader": "r1", "uncertaintyMs": 0, "inferred": false },
                          { "at": "2026-05-13T11:31:00+07:00", "direction": "out", "use": "departure", "kiosk": null, "reader": "r1", "uncertaintyMs": 0, "inferred": false },
                          { "at": "2026-05-13T13:24:00+07:00", "direction": "in", "use": "arrival", "kiosk": null, "reader": "r1", "uncertaintyMs": 0, "inferred": false },
                          { "at": "2026-05-13T17:02:10+07:00", "direction": "out", "use": "departure", "kiosk": null, "reader": "r1", "uncertaintyMs": 0, "inferred": false } ] } ]
            """);
        var actual = JsonNode.Parse(_host.Out);
        Assert.True(JsonNode.DeepEquals(expected, actual), actual!.ToJsonString(new() { WriteIndented = true }));
    }

    [Fact]
    public async Task Everybody_of_the_agency_is_listed_by_staff_code_and_a_unit_narrows_it()
    {
        await _host.ApplyAsync("""{ "units": [ { "code": "P1", "name": "Phòng Một", "parent": "VP" }, { "code": "P2", "name": "Phòng Hai" } ] }""");
        await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nNV000,Phạm Văn Không,P1,2026-01-01\nNV009,Phạm Thị Chín,P2,2026-01-01\n");
        await _host.DayAsync("2026-05-13", asJson: true);
        Assert.Equal(["NV000", "NV001", "NV002", "NV003", "NV009"], Staff());
        await _host.DayAsync("2026-05-13", unit: "VP", asJson: true);
        Assert.Equal(["NV000", "NV001", "NV002", "NV003"], Staff());
        await _host.DayAsync("2026-05-13", unit: "P2", asJson: true);
        var lone = _host.Json()[0];
        Assert.Equal(JsonValueKind.Null, lone.GetProperty("schedule").ValueKind);
        Assert.True(lone.GetProperty("unscheduled").GetBoolean());
        Assert.Equal("off", lone.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Until_the_window_has_closed_nobody_is_absent()
    {
        await _host.DayAsync("2026-05-13", staff: "NV002", now: "2026-05-13T21:00:00", asJson: true);
        Assert.Equal("pending", _host.Json()[0].GetProperty("state").GetString());
        await _host.DayAsync("2026-05-13", staff: "NV002", now: "2026-05-13T21:00:01+07:00", asJson: true);
        Assert.Equal("absent", _host.Json()[0].GetProperty("state").GetString());
        Assert.True(_host.Json()[0].GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task A_kiosk_that_is_not_known_so_far_keeps_a_day_provisional_and_is_named()
    {
        static long Us(int day, int hour) => new DateTimeOffset(2026, 5, day, hour, 0, 0, TimeSpan.FromHours(7)).ToUnixTimeMilliseconds() * 1000;
        await using (var lease = await _host.Store.LeaseAsync(CancellationToken.None))
        {
            await using var db = lease.NewContext();
            db.Kiosks.Add(new KioskRow { AgencyId = db.Agencies.Single().AgencyId, Code = "CONG-CHINH", Name = "Cổng chính", State = KioskState.Enrolled, CreatedUs = Us(1, 7), EnrolledUs = Us(1, 7), KnownUntilUs = Us(13, 12) });
            await db.SaveChangesAsync();
            await lease.CommitAsync();
        }

        await _host.DayAsync("2026-05-13", staff: "NV002", asJson: true);
        Assert.Equal("CONG-CHINH", _host.Json()[0].GetProperty("waitingFor")[0].GetString());
        Assert.False(_host.Json()[0].GetProperty("final").GetBoolean());
        await _host.ExplainAsync("2026-05-13", "NV002");
        Assert.Contains("còn chờ dữ liệu của Cổng chính (CONG-CHINH)", _host.Out, StringComparison.Ordinal);
        await _host.SummaryAsync(month: "2026-05", asJson: true);
        Assert.Equal("CONG-CHINH", _host.Json().GetProperty("period").GetProperty("waitingFor")[0].GetString());
        await _host.DayAsync("2026-05-12", staff: "NV002", asJson: true);
        Assert.True(_host.Json()[0].GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task Holidays_swaps_and_days_before_a_posting_follow_the_calendar()
    {
        await _host.DayAsync("2026-09-02", staff: "NV001", now: "2026-12-01T00:00", asJson: true);
        Assert.Equal("off", _host.Json()[0].GetProperty("state").GetString());
        await _host.DayAsync("2026-08-31", staff: "NV001", now: "2026-12-01T00:00", asJson: true);
        Assert.Equal("off", _host.Json()[0].GetProperty("state").GetString());
        await _host.DayAsync("2026-08-22", staff: "NV001", now: "2026-12-01T00:00", asJson: true);
        Assert.Equal("absent", _host.Json()[0].GetProperty("state").GetString());
        await _host.DayAsync("2025-12-31", staff: "NV001", asJson: true);
        Assert.Equal(0, _host.Json().GetArrayLength());
    }

    [Fact]
    public async Task A_person_reads_a_table_that_looks_right_without_a_terminal()
    {
        await _host.DayAsync("2026-05-13");
        Assert.Contains("Thứ Tư, 13/05/2026", _host.Out, StringComparison.Ordinal);
        Assert.Contains("07:06–11:31; 13:24–17:02", _host.Out, StringComparison.Ordinal);
        Assert.Contains("Vắng", _host.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _host.Out);
    }

    [Theory]
    [InlineData("13/05/2026", null, "--date")]
    [InlineData("2026-05-13", "mai", "--now")]
    public async Task A_wrong_option_is_wrong_usage_said_in_a_sentence(string date, string? now, string option)
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => _host.DayAsync(date, now: now));
        Assert.Equal(2, error.ExitCode);
        Assert.StartsWith(option, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_person_or_unit_is_said_in_a_sentence()
    {
        Assert.Contains("NV404", (await Assert.ThrowsAsync<CommandException>(() => _host.DayAsync("2026-05-13", staff: "NV404"))).Message, StringComparison.Ordinal);
        Assert.Contains("VP", (await Assert.ThrowsAsync<CommandException>(() => _host.DayAsync("2026-05-13", unit: "XX"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_explanation_names_every_fact_the_verdict_rests_on()
    {
        Assert.Equal(0, await _host.ExplainAsync("2026-05-13", "NV001"));
        foreach (var fact in (string[])["Nguyễn Văn An (NV001), Văn phòng (VP)", "HC-HE \"Giờ hành chính mùa hè\", phiên bản có hiệu lực từ 16/04/2026 đến 15/10/2026", "phân công cho Văn phòng (VP)",
            "ân hạn 5 phút", "đến lúc 07:06:20, đi muộn 6 phút (chậm nhất 07:05:00)", "về lúc 17:02:10, đủ giờ (sớm nhất 16:55:00)", "05:00:00", "21:00:00", "đầu đọc quy định", "làm việc trong giờ 473 phút", "Kết quả chính thức"])
            Assert.Contains(fact, _host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_explanation_of_a_holiday_names_its_notice()
    {
        await _host.ExplainAsync("2026-08-31", "NV001");
        Assert.Contains("nghỉ hoán đổi, làm bù vào Thứ Bảy, 22/08/2026, căn cứ 12729/VPCP-KGVX", _host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_explanation_for_programs_adds_to_the_verdict_what_it_rests_on()
    {
        await _host.ExplainAsync("2026-05-13", "NV001", asJson: true);
        var verdict = _host.Json()[0];
        Assert.Equal(473, verdict.GetProperty("workedMinutes").GetInt32());
        var explanation = verdict.GetProperty("explanation");
        Assert.Equal("2026-05-13T07:05:00+07:00", explanation.GetProperty("limits")[0].GetProperty("lateAfter").GetString());
        Assert.Equal("byReader", explanation.GetProperty("directions")[0].GetProperty("step").GetString());
        Assert.Equal("VP", explanation.GetProperty("assignment").GetProperty("unit").GetString());
        Assert.Equal(5, explanation.GetProperty("schedule").GetProperty("hours").GetProperty("lateGraceMinutes").GetInt32());
    }

    private IEnumerable<string?> Staff() => _host.Json().EnumerateArray().Select(one => one.GetProperty("staff").GetString());
}
