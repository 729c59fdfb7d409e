namespace KyCuong.Server.Tests.Apply;

/// <summary>What makes no sense together is refused with place, value and remedy; what only looks odd is taken and told.</summary>
public sealed class ApplyRefusalTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "P1", "name": "Phòng Một", "parent": "VP" } ] }"""));
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nNV004,Lý Văn Bốn,P1,2026-01-01\n"));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    // HC-HE is of unit VP, Monday to Friday 07:00–11:30 and 13:30–17:00, 2026-04-16 to 2026-10-15; P1 lies below it.
    [Theory]
    [InlineData("of a person, on top of the hours of the unit", "17:00", "06:59", "16:59", """{ "staff": "NV001", "schedule": "X", "mode": "add", "dates": ["2026-05-13"] }""")]
    [InlineData("of a person, on top of the hours of the unit above", "17:00", "06:59", "16:59", """{ "staff": "NV004", "schedule": "X", "mode": "add" }""")]
    [InlineData("of a unit, on top of the hours of the unit above", "17:00", "06:59", "16:59", """{ "unit": "P1", "schedule": "X", "mode": "add" }""")]
    [InlineData("of the agency, on top of the hours of a unit", "17:00", "06:59", "16:59", """{ "schedule": "X", "mode": "add", "from": "2026-05-01" }""")]
    [InlineData("the night before hours of the unit", "20:00", "07:00", "07:01", """{ "staff": "NV001", "schedule": "X", "mode": "add", "dates": ["2026-05-13"] }""", "20:00")]
    [InlineData("one night of a person's own before a day of the unit's", "20:00", "07:00", "07:01", """{ "staff": "NV001", "schedule": "X", "from": "2026-05-13", "to": "2026-05-13" }""", "20:00")]
    public async Task Sessions_of_one_person_that_overlap_by_a_minute_are_refused(string what, string fits, string fitsEnd, string overlaps, string assignment, string? start = null)
    {
        // One edge moves by a minute: the start of an evening, or the end of a night.
        var good = (Start: fits, End: start is null ? "22:00" : fitsEnd);
        var bad = (Start: start ?? overlaps, End: start is null ? "22:00" : overlaps);
        Assert.True(1 == await _host.ApplyAsync(With(bad)), what);
        Assert.Contains("$.assignments[0]", _host.Error, StringComparison.Ordinal);
        Assert.Contains("chồng giờ", _host.Error, StringComparison.Ordinal);
        Assert.Contains("HC-HE", _host.Error, StringComparison.Ordinal);
        Assert.Contains("có 1 chỗ", _host.Error, StringComparison.Ordinal);
        Assert.True(0 == await _host.ApplyAsync(With(good)), what);

        string With((string Start, string End) hours) => $$"""
            { "schedules": [ { "code": "X", "from": "2026-01-01", "days": ["Mon","Tue","Wed","Thu","Fri"], "sessions": [ { "start": "{{hours.Start}}", "end": "{{hours.End}}" } ] } ],
              "assignments": [ {{assignment}} ] }
            """;
    }

    [Theory]
    // A holiday takes the hours away, so duty on it stands alone; so does the day off of a swap. The worked Saturday of a swap has hours.
    [InlineData("2026-09-02", 0)]
    [InlineData("2026-08-31", 0)]
    [InlineData("2026-08-22", 1)]
    [InlineData("2026-09-03", 1)]
    public async Task Duty_in_the_daytime_is_for_dates_without_hours(string date, int exit)
    {
        Assert.Equal(exit, await _host.ApplyAsync($$"""
            { "schedules": [ { "code": "TRUC", "from": "2026-01-01", "days": ["Mon","Tue","Wed","Thu","Fri","Sat","Sun"], "holidays": "worked", "sessions": [ { "start": "07:30", "end": "17:00" } ] } ],
              "assignments": [ { "staff": "NV001", "schedule": "TRUC", "mode": "add", "dates": ["{{date}}"] } ] }
            """));
    }

    [Theory]
    // HC-HE ends at 17:00. Duty an hour later opens by default two hours before: the tap out at 17:01 would be its.
    [InlineData("18:00", 120, "không quá 45")]
    [InlineData("18:00", 46, "không quá 45")]
    [InlineData("18:00", 45, null)]
    // No more than half an hour apart they share what lies between.
    [InlineData("17:30", 120, null)]
    [InlineData("17:31", 120, "không quá 16")]
    public async Task Duty_that_would_take_the_taps_out_of_the_hours_before_it_is_told(string start, int opens, string? told)
    {
        Assert.Equal(0, await _host.ApplyAsync($$"""
            { "schedules": [ { "code": "TRUC", "from": "2026-01-01", "days": ["Mon","Tue","Wed","Thu","Fri"], "opensBeforeMinutes": {{opens}}, "sessions": [ { "start": "{{start}}", "end": "22:00" } ] } ],
              "assignments": [ { "staff": "NV001", "schedule": "TRUC", "mode": "add", "dates": ["2026-05-13"] } ] }
            """, asJson: true));
        var notes = _host.Json().GetProperty("notes").EnumerateArray().Select(note => note.GetProperty("text").GetString()!).ToList();
        if (told is null) Assert.Empty(notes);
        else Assert.Contains(told, Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duty_of_a_person_and_duty_of_the_unit_may_not_overlap_either()
    {
        const string file = """
            { "schedules": [ { "code": "X", "from": "2026-01-01", "sessions": [ { "start": "18:00", "end": "20:00" } ] }, { "code": "Y", "from": "2026-01-01", "sessions": [ { "start": "START", "end": "21:00" } ] } ],
              "assignments": [ { "unit": "VP", "schedule": "X", "mode": "add", "dates": ["2026-05-13"] }, { "staff": "NV001", "schedule": "Y", "mode": "add", "dates": ["2026-05-13"] } ] }
            """;
        Assert.Equal(1, await _host.ApplyAsync(file.Replace("START", "19:59", StringComparison.Ordinal)));
        Assert.Contains("2026-05-13", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ApplyAsync(file.Replace("START", "20:00", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("11:30", "13:30", 0)]
    [InlineData("11:29", "13:30", 1)]
    [InlineData("11:30", "13:31", 1)]
    public async Task Duty_may_fill_the_break_between_two_sessions_to_the_minute(string start, string end, int code)
    {
        Assert.Equal(code, await _host.ApplyAsync($$"""
            { "schedules": [ { "code": "TRUA", "from": "2026-01-01", "sessions": [ { "start": "{{start}}", "end": "{{end}}" } ] } ],
              "assignments": [ { "staff": "NV001", "schedule": "TRUA", "mode": "add" } ] }
            """));
    }

    [Fact]
    public async Task Overlapping_hours_of_an_agency_without_units_are_refused()
    {
        await using var host = FeatureHost.Empty();
        Assert.Equal(1, await host.ApplyAsync("""
            { "agency": { "code": "A", "name": "A" },
              "schedules": [ { "code": "X", "from": "2026-01-01", "sessions": [ { "start": "07:00", "end": "11:00" } ] }, { "code": "Y", "from": "2026-01-01", "sessions": [ { "start": "10:59", "end": "12:00" } ] } ],
              "assignments": [ { "schedule": "X" }, { "schedule": "Y" } ] }
            """));
        Assert.Contains("chồng giờ", host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hours_of_a_person_that_replace_those_of_the_unit_do_not_meet_them()
    {
        Assert.Equal(0, await _host.ApplyAsync("""
            { "schedules": [ { "code": "X", "from": "2026-01-01", "sessions": [ { "start": "08:00", "end": "16:00" } ] } ],
              "assignments": [ { "staff": "NV001", "schedule": "X" } ] }
            """));
    }

    [Fact]
    public async Task A_new_version_that_meets_another_schedule_of_the_same_people_is_refused_at_the_version()
    {
        Assert.Equal(0, await _host.ApplyAsync("""
            { "schedules": [ { "code": "X", "from": "2026-01-01", "sessions": [ { "start": "17:00", "end": "19:00" } ] } ], "assignments": [ { "unit": "VP", "schedule": "X", "mode": "add" } ] }
            """));
        Assert.Equal(1, await _host.ApplyAsync("""{ "schedules": [ { "code": "HC-HE", "from": "2026-10-16", "sessions": [ { "start": "07:30", "end": "17:01" } ] } ] }"""));
        Assert.Contains("$.schedules[0]", _host.Error, StringComparison.Ordinal);
        Assert.Contains("2026-10-16", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_with_a_hole_in_its_dates_is_refused()
    {
        const string file = """{ "schedules": [ { "code": "HC-HE", "from": "DAY", "sessions": [ { "start": "07:30", "end": "12:00" } ] } ] }""";
        Assert.Equal(1, await _host.ApplyAsync(file.Replace("DAY", "2026-10-17", StringComparison.Ordinal)));
        Assert.Contains("$.schedules[0] = \"HC-HE\"", _host.Error, StringComparison.Ordinal);
        Assert.Contains("từ 2026-10-16 đến 2026-10-16", _host.Error, StringComparison.Ordinal);
        Assert.Contains("nối liền from–to", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ApplyAsync(file.Replace("DAY", "2026-10-16", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_seasons_with_a_code_each_leave_no_hole()
    {
        const string winter = """{ "code": "HC-DONG", "from": "2026-10-16", "to": "2027-04-15", "sessions": [ { "start": "07:30", "end": "12:00" } ] }""";
        const string summer = """{ "code": "HC-HE", "from": "2027-04-16", "to": "2027-10-15", "sessions": [ { "start": "07:00", "end": "11:30" } ] }""";
        Assert.Equal(1, await _host.ApplyAsync($$"""{ "schedules": [ {{summer}} ] }"""));
        Assert.Equal(1, await _host.ApplyAsync($$"""{ "schedules": [ {{summer}}, {{winter}} ] }"""));
        Assert.Contains("2026-10-16", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ApplyAsync($$"""{ "schedules": [ {{summer}}, {{winter}} ], "assignments": [ { "unit": "VP", "schedule": "HC-DONG" } ] }"""));
    }

    [Fact]
    public async Task A_hole_in_a_schedule_that_nobody_keeps_is_refused_unless_another_schedule_fills_it()
    {
        const string two = """{ "code": "Z", "from": "2027-01-01", "to": "2027-01-31", "sessions": [ { "start": "07:30", "end": "12:00" } ] }, { "code": "Z", "from": "2027-02-02", "sessions": [ { "start": "07:30", "end": "12:00" } ] }""";
        Assert.Equal(1, await _host.ApplyAsync($$"""{ "schedules": [ {{two}} ] }"""));
        Assert.Contains("2027-02-01", _host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _host.ApplyAsync($$"""{ "schedules": [ {{two}}, { "code": "W", "from": "2027-02-01", "to": "2027-02-01", "sessions": [ { "start": "07:30", "end": "12:00" } ] } ] }"""));
    }

    [Fact]
    public async Task Duty_may_have_holes()
    {
        Assert.Equal(0, await _host.ApplyAsync("""
            { "schedules": [ { "code": "TRUC", "from": "2026-06-01", "to": "2026-08-31", "sessions": [ { "start": "18:00", "end": "20:00" } ] },
                             { "code": "TRUC", "from": "2027-06-01", "to": "2027-08-31", "sessions": [ { "start": "18:00", "end": "20:00" } ] } ],
              "assignments": [ { "unit": "VP", "schedule": "TRUC", "mode": "add" } ] }
            """));
    }

    [Theory]
    [InlineData("""{ "staff": "NV001", "schedule": "HC-HE", "to": "2026-04-15" }""", "$.assignments[0].schedule", "2026-04-16 – 2026-10-15")]
    [InlineData("""{ "staff": "NV001", "schedule": "HC-HE", "from": "2026-10-16" }""", "$.assignments[0].schedule", "thời gian phân công 2026-10-16 – …")]
    [InlineData("""{ "staff": "NV001", "schedule": "HC-HE", "dates": ["2026-05-13", "2026-10-16"] }""", "$.assignments[0].dates = \"2026-10-16\"", "hãy sửa ngày")]
    [InlineData("""{ "staff": "NV001", "schedule": "HC-HE", "from": "2026-05-13", "to": "2026-05-12" }""", "$.assignments[0].to = \"2026-05-12\"", "sớm hơn ngày bắt đầu")]
    public async Task An_assignment_that_gives_nobody_hours_is_refused(string assignment, string place, string reason)
    {
        Assert.Equal(1, await _host.ApplyAsync($$"""{ "assignments": [ {{assignment}} ] }"""));
        Assert.Contains(place, _host.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "staff": "NV001", "schedule": "HC-HE", "from": "2026-04-01" }""", "từ 2026-04-01 đến 2026-04-15")]
    [InlineData("""{ "staff": "NV001", "schedule": "HC-HE", "to": "2026-12-31" }""", "từ 2026-10-16 đến 2026-12-31")]
    [InlineData("""{ "staff": "NV001", "schedule": "HC-HE", "dates": ["2026-05-16"] }""", "days không có Sat")]
    public async Task Days_that_an_assignment_leaves_to_the_next_level_are_told(string assignment, string says)
    {
        Assert.Equal(0, await _host.ApplyAsync($$"""{ "assignments": [ {{assignment}} ] }"""));
        Assert.Contains("Cần xem lại:", _host.Out, StringComparison.Ordinal);
        Assert.Contains(says, _host.Out, StringComparison.Ordinal);
    }

    // 2026-09-02 is a public holiday, 2026-11-24 declared by the agency; the shipped and declared swap is 31/8 for 22/8.
    [Theory]
    [InlineData("""{ "off": "2026-12-07" }""", "2026-12-07", "đủ cặp")]
    [InlineData("""{ "worked": "2026-12-05" }""", "2026-12-05", "đủ cặp")]
    [InlineData("""{ "off": "2026-12-07", "worked": "2026-12-07" }""", "2026-12-07", "trùng nhau")]
    [InlineData("""{ "off": "2026-12-07", "worked": "2026-08-22" }""", "2026-08-22", "đã dùng cho một hoán đổi khác")]
    [InlineData("""{ "off": "2026-12-07", "worked": "2026-08-31" }""", "2026-08-31", "vừa là ngày nghỉ, vừa là ngày làm bù")]
    [InlineData("""{ "off": "2026-12-07", "worked": "2026-11-24" }""", "2026-11-24", "vừa là ngày lễ đã khai báo")]
    [InlineData("""{ "off": "2026-11-24", "worked": "2026-11-28" }""", "2026-11-24", "không cần hoán đổi")]
    [InlineData("""{ "off": "2026-12-07", "worked": "2026-09-02" }""", "2026-09-02", "không thể là ngày làm bù")]
    [InlineData("""{ "off": "2026-09-02", "worked": "2026-09-05" }""", "2026-09-02", "không cần hoán đổi")]
    [InlineData("""{ "off": "2026-12-06", "worked": "2026-12-12" }""", "2026-12-06", "vốn nghỉ hằng tuần")]
    [InlineData("""{ "off": "2026-12-07", "worked": "2026-12-12" }, { "off": "2026-12-08", "worked": "2026-12-12" }""", "2026-12-12", "đã dùng cho một hoán đổi khác")]
    [InlineData("""{ "off": "2026-12-07", "worked": "2026-12-12" }, { "off": "2026-12-07", "worked": "2026-12-13" }""", "2026-12-07", "đã khai báo ở dòng")]
    public async Task A_swap_that_makes_no_sense_is_refused(string swaps, string value, string reason)
    {
        Assert.Equal(1, await _host.ApplyAsync($$"""{ "calendar": { "swaps": [ {{swaps}} ] } }"""));
        Assert.Contains("$.calendar.swaps[", _host.Error, StringComparison.Ordinal);
        Assert.Contains(value, _host.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-08-31", "không cần hoán đổi")]
    [InlineData("2026-08-22", "vừa là ngày làm bù")]
    public async Task A_holiday_on_a_day_that_is_swapped_is_refused(string date, string reason)
    {
        Assert.Equal(1, await _host.ApplyAsync($$"""{ "calendar": { "holidays": [ { "date": "{{date}}", "name": "Nghỉ" } ] } }"""));
        Assert.Contains($"$.calendar.holidays[0] = \"{date}\"", _host.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_swap_across_the_turn_of_the_year_is_ordinary()
    {
        Assert.Equal(0, await _host.ApplyAsync("""{ "calendar": { "swaps": [ { "off": "2027-01-04", "worked": "2026-12-26" } ] } }""", asJson: true));
        Assert.Equal(0, _host.Json().GetProperty("notes").GetArrayLength());
    }

    [Fact]
    public async Task An_agency_that_works_on_Saturdays_may_turn_one_into_a_whole_day_and_is_told()
    {
        Assert.Equal(0, await _host.ApplyAsync("""
            { "agency": { "code": "BQLKCN", "restDays": ["Sun"] }, "calendar": { "swaps": [ { "off": "2026-12-07", "worked": "2026-12-12" } ] } }
            """, asJson: true));
        Assert.Contains("vốn đã làm việc", _host.Json().GetProperty("notes")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }
}
