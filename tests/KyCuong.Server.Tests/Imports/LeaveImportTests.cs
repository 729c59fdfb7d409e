using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Imports;

public sealed class LeaveImportTests : IAsyncLifetime
{
    private const string Header = "staff_code,from,to,part,kind,document\n";

    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Leave_is_judged_at_once_and_importing_it_again_changes_nothing_not_even_its_instant()
    {
        const string file = Header + "NV001,2026-05-13,2026-05-14,day,annual,12/GP\nNV002,2026-05-13,2026-05-13,morning,sick,\n";
        Assert.Equal(0, await _host.ImportAsync("leave", file, asJson: true));
        Assert.Equal((2, 2, 0), Counts());
        var entered = _host.Time.Now;
        _host.Time.Now = entered.AddHours(5);
        Assert.Equal(0, await _host.ImportAsync("leave", file, asJson: true));
        Assert.Equal((2, 0, 2), Counts());
        await using var db = _host.Store.NewReader();
        Assert.All(await db.Leave.ToListAsync(), row => Assert.Equal(entered.ToUnixTimeMilliseconds() * 1000, row.EnteredUs));
        Assert.All(await db.Leave.ToListAsync(), row => Assert.Null(row.ApprovedUs));
        Assert.Equal(1, await db.Imports.CountAsync(row => row.Kind == "leave"));

        await _host.DayAsync("2026-05-14", "NV001", asJson: true);
        Assert.Equal("leave", _host.Json()[0].GetProperty("state").GetString());
        await _host.DayAsync("2026-05-15", "NV001", asJson: true);
        Assert.Equal("absent", _host.Json()[0].GetProperty("state").GetString());
        await _host.DayAsync("2026-05-13", "NV002", asJson: true);
        Assert.Equal(["sick", null], Leave());
    }

    [Fact]
    public async Task One_day_needs_no_end_and_no_part()
    {
        Assert.Equal(0, await _host.ImportAsync("leave", "staff_code;from;kind\nNV001;2026-05-13;trip\n"));
        await using var db = _host.Store.NewReader();
        var row = await db.Leave.SingleAsync();
        Assert.Equal((new DateOnly(2026, 5, 13), "day", null), (row.ToDate, row.Part, row.Document));
    }

    [Fact]
    public async Task Leave_of_another_system_keeps_its_instants_of_entry_and_approval()
    {
        Assert.Equal(0, await _host.ImportAsync("leave", "staff_code,from,kind,entered_at,approved_at\nNV001,2026-05-13,annual,2026-05-11T16:30,2026-05-12T01:00:00Z\n"));
        await using var db = _host.Store.NewReader();
        var row = await db.Leave.SingleAsync();
        Assert.Equal((Us(11, 16, 30), Us(12, 8, 0)), (row.EnteredUs, row.ApprovedUs));
    }

    [Theory]
    [InlineData("NV001,2026-05-14,2026-05-13,day,annual,", "to = \"2026-05-13\"", "sớm hơn ngày bắt đầu 2026-05-14")]
    [InlineData("NV009,2026-05-13,,day,annual,", "staff_code = \"NV009\"", "import staff")]
    [InlineData("NV001,2025-12-30,2025-12-31,day,annual,", "from = \"2025-12-30\"", "2026-01-01 – …")]
    [InlineData("NV001,2026-05-13,2062-05-13,day,annual,", "to = \"2062-05-13\"", "kiểm tra lại năm")]
    [InlineData("NV001,13/05/2026,,day,annual,", "from = \"13/05/2026\"", "năm-tháng-ngày")]
    [InlineData("NV001,,,day,annual,", "cột from", "bắt buộc")]
    [InlineData("NV001,2026-05-13,,noon,annual,", "part = \"noon\"", "morning (buổi sáng)")]
    [InlineData("NV001,2026-05-13,,09:00-09:00,pass,", "part = \"09:00-09:00\"", "khoảng giờ")]
    [InlineData("NV001,2026-05-13,,start+481,reduction,", "part = \"start+481\"", "480 phút")]
    [InlineData("NV001,2026-05-13,,day,holiday,", "kind = \"holiday\"", "annual, comp")]
    [InlineData("NV001,2026-05-13,,day,,", "cột kind", "bắt buộc")]
    [InlineData("NV001,2026-05-13,,start+60,annual,", "part = \"start+60\"", "chỉ dùng cho loại reduction")]
    [InlineData("NV001,2026-05-13,,day,reduction,", "part = \"day\"", "end-60")]
    [InlineData("NV001,2026-05-13,,day,pass,", "part = \"day\"", "không dùng cho cả ngày")]
    [InlineData("NV001,2026-05-13,,,latePermit,", "part = \"day\"", "không dùng cho cả ngày")]
    // Morning is 07:00–11:30, 270 minutes; afternoon 13:30–17:00, 210; the day 480.
    [InlineData("NV001,2026-05-13,,start+271,reduction,", "part = \"start+271\"", "270 phút (lịch HC-HE, ngày 2026-05-13)")]
    [InlineData("NV001,2026-05-09,2026-05-11,end-211,reduction,", "part = \"end-211\"", "210 phút (lịch HC-HE, ngày 2026-05-11)")]
    public async Task A_bad_row_is_refused_with_place_value_and_remedy_and_the_good_ones_with_it(string row, string place, string reason)
    {
        Assert.Equal(1, await _host.ImportAsync("leave", $"{Header}NV002,2026-05-13,,day,annual,\n{row}\n"));
        Assert.Contains("dòng 3, ", _host.Error, StringComparison.Ordinal);
        Assert.Contains(place, _host.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
        Assert.Contains("có 1 chỗ", _host.Error, StringComparison.Ordinal);
        await using var db = _host.Store.NewReader();
        Assert.Empty(await db.Leave.ToListAsync());
    }

    [Theory]
    [InlineData("NV001,2026-05-13,,start+270,reduction,")]
    [InlineData("NV001,2026-05-13,,end-210,reduction,")]
    [InlineData("NV001,2026-05-13,,any480,reduction,")]
    // A weekend asks for no hours that it could be longer than.
    [InlineData("NV001,2026-05-09,2026-05-10,start+300,reduction,")]
    [InlineData("NV001,2025-12-31,2026-01-01,day,annual,")]
    public async Task What_just_fits_is_taken(string row) =>
        Assert.Equal(0, await _host.ImportAsync("leave", $"{Header}{row}\n"));

    [Fact]
    public async Task A_notice_may_be_of_the_whole_day_for_it_excuses_nothing()
    {
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-05-13,,day,lateNotice,\n"));
        await _host.DayAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal("absent", _host.Json()[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_reduction_is_measured_by_the_hours_of_each_of_its_dates()
    {
        await _host.ApplyAsync("""
            { "schedules": [ { "code": "NGAN", "from": "2026-01-01", "sessions": [ { "start": "08:00", "end": "09:30" } ] } ],
              "assignments": [ { "staff": "NV001", "schedule": "NGAN", "from": "2026-05-14", "to": "2026-05-14" } ] }
            """);
        Assert.Equal(1, await _host.ImportAsync("leave", Header + "NV001,2026-05-11,2026-05-15,any120,reduction,\n"));
        Assert.Contains("90 phút (lịch NGAN, ngày 2026-05-14)", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-05-11,2026-05-13,any120,reduction,\n"));
    }

    [Theory]
    [InlineData("NV001,2026-05-13,,day,annual,", "NV001,2026-05-13,,day,sick,")]
    [InlineData("NV001,2026-05-11,2026-05-13,morning,annual,1/GP", "NV001,2026-05-11,2026-05-13,morning,trip,2/GP")]
    [InlineData("NV001,2026-05-13,,09:00-10:00,pass,", "NV001,2026-05-13,,09:00-10:00,trip,")]
    public async Task Two_rows_of_one_file_that_differ_only_in_kind_contradict_each_other(string one, string other)
    {
        Assert.Equal(1, await _host.ImportAsync("leave", $"{Header}{one}\n{other}\n"));
        Assert.Contains("dòng 3, cột kind", _host.Error, StringComparison.Ordinal);
        Assert.Contains("mâu thuẫn với dòng 2", _host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NV001,2026-05-11,2026-05-15,day,annual,", "NV001,2026-05-13,,day,sick,", "sick", "sick sick")]
    [InlineData("NV001,2026-05-11,2026-05-13,day,annual,", "NV001,2026-05-13,2026-05-15,day,sick,", "sick", "sick sick")]
    [InlineData("NV001,2026-05-13,2026-05-15,day,annual,", "NV001,2026-05-13,2026-05-14,day,sick,", "sick", "sick sick")]
    [InlineData("NV001,2026-05-13,,day,annual,", "NV001,2026-05-13,,morning,trip,", "trip", "trip annual")]
    [InlineData("NV001,2026-05-13,,morning,annual,", "NV001,2026-05-13,,07:00-11:00,trip,", "trip", "trip ")]
    [InlineData("NV001,2026-05-13,,07:00-09:30,annual,", "NV001,2026-05-13,,09:00-11:30,trip,", "trip", "trip ")]
    [InlineData("NV001,2026-05-13,,07:00-11:30,annual,", "NV001,2026-05-13,,07:00-10:00,trip,", "trip", "trip ")]
    public async Task Of_two_rows_of_one_file_that_overlap_the_more_particular_counts_and_the_clerk_is_told(string one, string other, string counts, string kinds)
    {
        foreach (var file in new[] { $"{Header}{one}\n{other}\n", $"{Header}{other}\n{one}\n" })
        {
            await using var host = await FeatureHost.WithStaffAsync();
            Assert.Equal(0, await host.ImportAsync("leave", file, asJson: true));
            var note = Assert.Single(host.Json().GetProperty("notes").EnumerateArray());
            Assert.Equal(3, note.GetProperty("line").GetInt32());
            Assert.Contains($"phần trùng tính là {counts}", note.GetProperty("text").GetString(), StringComparison.Ordinal);
            await host.DayAsync("2026-05-13", "NV001", asJson: true);
            Assert.Equal(kinds, string.Join(' ', host.Json()[0].GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("leave").GetString())));
        }
    }

    [Theory]
    [InlineData("NV001,2026-05-13,,morning,annual,", "NV001,2026-05-13,,afternoon,trip,")]
    [InlineData("NV001,2026-05-13,,09:00-10:00,pass,", "NV001,2026-05-13,,10:00-11:00,trip,")]
    [InlineData("NV001,2026-05-11,2026-05-13,day,annual,", "NV001,2026-05-13,2026-05-15,day,annual,7/GP")]
    [InlineData("NV001,2026-05-13,,day,annual,", "NV002,2026-05-13,,day,sick,")]
    [InlineData("NV001,2026-05-13,,day,annual,", "NV001,2026-05-13,,07:00-08:00,lateNotice,")]
    [InlineData("NV001,2026-05-13,,morning,annual,", "NV001,2026-05-01,2026-05-31,end-60,reduction,")]
    [InlineData("NV001,2026-05-13,,start+30,reduction,", "NV001,2026-05-13,,end-30,reduction,")]
    public async Task Rows_that_say_different_things_of_different_time_are_ordinary_life(string one, string other)
    {
        Assert.Equal(0, await _host.ImportAsync("leave", $"{Header}{one}\n{other}\n", asJson: true));
        Assert.Equal(0, _host.Json().GetProperty("notes").GetArrayLength());
    }

    [Fact]
    public async Task Sick_in_the_middle_of_annual_leave_counts_when_it_is_entered_later_and_the_clerk_is_told()
    {
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-05-11,2026-05-15,day,annual,\n"));
        _host.Time.Now = _host.Time.Now.AddMinutes(1);
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-05-13,,day,sick,\n"));
        Assert.Contains("trùng thời gian với đợt số 1 đã nhập", _host.Out, StringComparison.Ordinal);
        Assert.Contains("phần trùng tính là sick", _host.Out, StringComparison.Ordinal);
        await _host.DayAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal(["sick", "sick"], Leave());
        await _host.DayAsync("2026-05-14", "NV001", asJson: true);
        Assert.Equal(["annual", "annual"], Leave());
    }

    [Fact]
    public async Task The_instants_of_a_file_say_which_of_two_rows_counts()
    {
        Assert.Equal(0, await _host.ImportAsync("leave", "staff_code,from,to,kind,entered_at\nNV001,2026-05-13,,sick,2026-05-14T08:00\nNV001,2026-05-11,2026-05-15,annual,2026-05-08T08:00\n"));
        await _host.DayAsync("2026-05-13", "NV001", asJson: true);
        Assert.Equal(["sick", "sick"], Leave());
    }

    [Fact]
    public async Task The_same_reduction_twice_on_a_date_would_be_added_up_and_is_refused()
    {
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-01-01,2026-06-30,end-60,reduction,1/QD\n"));
        Assert.Equal(1, await _host.ImportAsync("leave", Header + "NV001,2026-06-30,2026-12-31,end-60,reduction,2/QD\n"));
        Assert.Contains("bị cộng hai lần", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_leave_with_another_document_or_instant_is_refused_for_what_was_entered_stays()
    {
        await _host.ImportAsync("leave", Header + "NV001,2026-05-13,,day,annual,12/GP\n");
        Assert.Equal(0, await _host.ImportAsync("leave", Header + "NV001,2026-05-13,,day,annual,\n"));
        Assert.Equal(1, await _host.ImportAsync("leave", Header + "NV001,2026-05-13,,day,annual,13/GP\n"));
        Assert.Contains("cột document = \"13/GP\"", _host.Error, StringComparison.Ordinal);
        Assert.Contains("leave withdraw", _host.Error, StringComparison.Ordinal);
        Assert.Equal(1, await _host.ImportAsync("leave", "staff_code,from,kind,entered_at\nNV001,2026-05-13,annual,2026-05-12T08:00\n"));
        Assert.Contains("cột entered_at", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instant_still_to_come_is_refused()
    {
        Assert.Equal(1, await _host.ImportAsync("leave", "staff_code,from,kind,entered_at,approved_at\nNV001,2026-05-13,annual,2026-06-01T08:00:00,2026-06-01T08:00:01\n"));
        Assert.Contains("cột approved_at", _host.Error, StringComparison.Ordinal);
        Assert.Contains("có 1 chỗ", _host.Error, StringComparison.Ordinal);
    }

    private static long Us(int day, int hour, int minute) => new DateTimeOffset(2026, 5, day, hour, minute, 0, TimeSpan.FromHours(7)).ToUnixTimeMilliseconds() * 1000;

    private (int, int, int) Counts() => (_host.Json().GetProperty("rows").GetInt32(), _host.Json().GetProperty("added").GetInt32(), _host.Json().GetProperty("unchanged").GetInt32());

    private IEnumerable<string?> Leave() => _host.Json()[0].GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("leave").GetString());
}
