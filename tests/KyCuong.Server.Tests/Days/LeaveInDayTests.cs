namespace KyCuong.Server.Tests.Days;

/// <summary>How leave looks in <c>day</c> and <c>explain</c>; the morning of the schedule begins at 07:00, its afternoon at 13:30.</summary>
public sealed class LeaveInDayTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("day,annual", "2026-05-13T07:00:00", "", false)]
    [InlineData("day,annual", "2026-05-13T07:00:01", "", true)]
    [InlineData("day,annual", "2026-05-13T06:00:00", "2026-05-13T07:00:00", false)]
    [InlineData("day,annual", "2026-05-13T06:00:00", "2026-05-13T07:00:01", true)]
    [InlineData("morning,annual", "2026-05-13T07:00:01", "", true)]
    [InlineData("afternoon,annual", "2026-05-13T13:30:00", "", false)]
    [InlineData("afternoon,annual", "2026-05-13T13:30:01", "", true)]
    // Hours in the middle of a session touch that session, which began before them.
    [InlineData("09:00-10:00,pass", "2026-05-13T08:00:00", "", true)]
    [InlineData("09:00-10:00,pass", "2026-05-13T07:00:00", "", false)]
    [InlineData("14:00-15:00,pass", "2026-05-13T13:30:00", "", false)]
    [InlineData("12:00-13:00,trip", "2026-05-20T08:00:00", "", false)]
    [InlineData("07:00-08:00,lateNotice", "2026-05-13T07:00:01", "", true)]
    [InlineData("start+60,reduction", "2026-05-13T07:00:01", "", true)]
    [InlineData("end-60,reduction", "2026-05-13T13:30:00", "", false)]
    [InlineData("end-60,reduction", "2026-05-13T13:30:01", "", true)]
    [InlineData("any60,reduction", "2026-05-13T07:00:01", "", true)]
    public async Task Leave_entered_or_approved_after_its_first_session_began_is_marked(string leave, string entered, string approved, bool afterwards)
    {
        Assert.Equal(0, await _host.ImportAsync("leave", $"staff_code,from,part,kind,entered_at,approved_at\nNV001,2026-05-13,{leave},{entered},{approved}\n"));
        await _host.ExplainAsync("2026-05-13", "NV001", asJson: true);
        var entry = _host.Json()[0].GetProperty("explanation").GetProperty("leave")[0];
        Assert.Equal(afterwards, entry.GetProperty("afterwards").GetBoolean());
        Assert.Equal(entered + "+07:00", entry.GetProperty("enteredAt").GetString());
        Assert.Equal(approved.Length == 0 ? null : approved + "+07:00", entry.GetProperty("approvedAt").GetString());
        await _host.ExplainAsync("2026-05-13", "NV001");
        Assert.Equal(afterwards, _host.Out.Contains("bổ sung sau", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leave_of_a_week_entered_on_its_second_day_was_in_time_for_the_third()
    {
        await _host.ImportAsync("leave", "staff_code,from,to,kind,entered_at\nNV001,2026-05-11,2026-05-15,annual,2026-05-12T10:00\n");
        Assert.True(await Afterwards("2026-05-11"));
        Assert.True(await Afterwards("2026-05-12"));
        Assert.False(await Afterwards("2026-05-13"));
    }

    [Fact]
    public async Task Half_days_of_two_schedules_a_day_are_measured_by_both()
    {
        await _host.ApplyAsync("""
            { "schedules": [ { "code": "S", "from": "2026-01-01", "sessions": [ { "start": "07:00", "end": "11:30" } ], "closesAfterMinutes": 60 },
                             { "code": "C", "from": "2026-01-01", "sessions": [ { "start": "13:30", "end": "17:00" } ], "opensBeforeMinutes": 60 } ],
              "assignments": [ { "staff": "NV001", "schedule": "S" }, { "staff": "NV001", "schedule": "C" } ] }
            """);
        await _host.ImportAsync("leave", "staff_code,from,part,kind,entered_at\nNV001,2026-05-13,afternoon,annual,2026-05-13T13:30:01\n");
        await _host.ExplainAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal(["S False", "C True"], _host.Json().EnumerateArray().Select(one =>
            $"{one.GetProperty("schedule").GetString()} {one.GetProperty("explanation").GetProperty("leave")[0].GetProperty("afterwards").GetBoolean()}"));
    }

    [Fact]
    public async Task The_table_names_the_kind_of_leave_and_the_session_when_it_is_not_the_day()
    {
        await _host.ImportAsync("leave", "staff_code,from,part,kind\nNV001,2026-05-13,day,annual\nNV002,2026-05-13,afternoon,trip\n");
        await _host.DayAsync("2026-05-13", "NV001");
        Assert.Contains("nghỉ phép năm", _host.Out, StringComparison.Ordinal);
        await _host.DayAsync("2026-05-13", "NV002");
        Assert.Contains("buổi 2: đi công tác", _host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reduction_shows_no_kind_in_the_day()
    {
        await _host.ImportAsync("leave", "staff_code,from,part,kind,document\nNV001,2026-05-13,start+60,reduction,35/QD\n");
        await _host.ImportAsync("taps", "staff_code_or_badge,at,direction,reader\nNV001,2026-05-13T08:00:00,in,\nNV001,2026-05-13T11:30:00,out,\nNV001,2026-05-13T13:30:00,in,\nNV001,2026-05-13T17:00:00,out,\n");
        await _host.DayAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal(0, _host.Json()[0].GetProperty("lateMinutes").GetInt32());
        Assert.DoesNotContain("reduction", _host.Out, StringComparison.Ordinal);
        await _host.DayAsync("2026-05-13", "NV001");
        Assert.DoesNotContain("giảm giờ", _host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_period_counts_leave_and_not_absence()
    {
        await _host.ImportAsync("leave", "staff_code,from,to,kind\nNV001,2026-05-11,2026-05-15,annual\n");
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-15", asJson: true);
        var person = _host.Json().GetProperty("people").EnumerateArray().Single(one => one.GetProperty("staff").GetString() == "NV001");
        Assert.Equal((10, 0), (person.GetProperty("leaveSessions").GetInt32(), person.GetProperty("absentSessions").GetInt32()));
    }

    private async Task<bool> Afterwards(string date)
    {
        await _host.ExplainAsync(date, "NV001", asJson: true);
        return _host.Json()[0].GetProperty("explanation").GetProperty("leave")[0].GetProperty("afterwards").GetBoolean();
    }
}
