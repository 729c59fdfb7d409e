namespace KyCuong.Rules.Tests;

public sealed class ScheduleTests
{
    private static readonly DateOnly Wednesday = new(2026, 5, 13);

    private static WorkSchedule Schedule(string code, params string[] sessions) => new()
    {
        Code = code,
        Sessions = [.. sessions.Select(session => new SessionTimes(TimeOnly.ParseExact(session[..5], "HH:mm"), TimeOnly.ParseExact(session[6..], "HH:mm")))],
    };

    [Theory]
    [InlineData("07:00-11:30 13:30-17:00", "420-690 810-1020")]
    [InlineData("22:00-06:00", "1320-1800")]
    [InlineData("20:00-23:30 00:30-04:00", "1200-1410 1470-1680")]
    [InlineData("22:00-00:00", "1320-1440")]
    public void Sessions_past_midnight_lie_on_the_next_day(string sessions, string offsets) =>
        Assert.Equal(offsets, string.Join(' ', Schedule("X", sessions.Split(' ')).Offsets().Select(one => $"{one.Start}-{one.End}")));

    [Theory]
    [InlineData("07:00-11:30 11:00-17:00")]
    [InlineData("22:00-02:00 01:00-06:00")]
    [InlineData("13:30-17:00 07:00-11:30 13:00-14:00")]
    public void Overlapping_sessions_are_a_problem(string sessions) =>
        Assert.Contains(ScheduleCheck.Problems(Schedule("X", sessions.Split(' '))), problem => problem.Kind == ScheduleProblemKind.SessionsOverlap);

    [Fact]
    public void A_sound_schedule_has_no_problem() => Assert.Empty(ScheduleCheck.Problems(Schedule("X", "07:00-11:30", "13:30-17:00")));

    [Fact]
    public void Each_problem_names_its_field()
    {
        var wrong = Schedule("X") with { Days = Weekdays.None, RepeatSeconds = -1, LateGraceMinutes = 5000, From = Wednesday, To = Wednesday.AddDays(-1) };
        Assert.Equal(["sessions", "days", "to", "repeatSeconds", "lateGraceMinutes"], ScheduleCheck.Problems(wrong).Select(problem => problem.Field));
    }

    [Fact]
    public void Versions_of_a_code_neither_overlap_nor_leave_a_hole()
    {
        var summer = Schedule("HC", "07:00-11:30") with { From = new(2026, 4, 16), To = new(2026, 10, 15) };
        Assert.Empty(ScheduleCheck.Versions([summer with { From = new(2026, 10, 16), To = null }, summer]));
        Assert.Equal(ScheduleProblemKind.VersionsOverlap, Assert.Single(ScheduleCheck.Versions([summer, summer with { From = new(2026, 10, 15), To = null }])).Kind);
        Assert.Equal(ScheduleProblemKind.Hole, Assert.Single(ScheduleCheck.Versions([summer, summer with { From = new(2026, 10, 17), To = null }])).Kind);
    }

    [Fact]
    public void Units_in_a_circle_are_refused() =>
        Assert.Throws<ArgumentException>(() => new UnitTree([new(1, 2), new(2, 1)]));

    [Fact]
    public void Each_day_counts_to_the_unit_of_that_day()
    {
        var rules = new AgencyRules(CaseAgency.Zone, new UnitTree([new(1, 9), new(2, 9), new(9, null)]), new WorkCalendar(Weekdays.Weekend), new ScheduleBook([Schedule("HC", "07:00-11:30")], [new ScheduleAssignment("HC")]), []);
        var person = new PersonRecord(5, [new Posting(1, Wednesday.AddYears(-1), Wednesday), new Posting(2, Wednesday.AddDays(1), null)]);
        var summary = new PeriodSummary(Wednesday.AddDays(-1), Wednesday.AddDays(1));
        new PersonAssessor(rules).Summarise(person, summary.From, summary.To, [], new Instant(long.MaxValue), summary);
        var row = summary.People[5];
        Assert.Equal((3, 2L), (row.Total.AbsentSessions, row.LastUnit));
        Assert.Equal([(1L, 2L), (2L, 1L)], row.ByUnit.Select(part => (part.Unit, part.Figures.AbsentSessions)));
        Assert.Equal((2, 1, 3), (summary.Units[1].AbsentSessions, summary.Units[2].AbsentSessions, summary.Subtree(9, rules.Units).AbsentSessions));
    }

    [Fact]
    public void A_person_is_not_judged_on_a_date_without_a_posting()
    {
        var rules = new AgencyRules(CaseAgency.Zone, UnitTree.Flat, new WorkCalendar(Weekdays.Weekend), new ScheduleBook([Schedule("HC", "07:00-11:30")], [new ScheduleAssignment("HC")]), []);
        var person = new PersonRecord(5, [new Posting(1, Wednesday, Wednesday)]);
        Assert.Equal(Wednesday, Assert.Single(new PersonAssessor(rules).Judge(person, Wednesday.AddDays(-3), Wednesday.AddDays(3), [], new Instant(0))).Date);
    }

    [Theory]
    // Europe/Berlin: 2026-03-29 has no 02:00–03:00, 2026-10-25 has it twice.
    [InlineData("2026-03-29", 60, 480, 6)]
    [InlineData("2026-10-25", 60, 480, 8)]
    public void A_limit_is_the_clock_on_the_wall_on_a_day_of_23_or_25_hours(string date, int start, int end, int hours)
    {
        var clock = new ZoneClock(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        var day = DateOnly.ParseExact(date, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(hours * 60 * Instant.PerMinute, clock.At(day, end).Micros - clock.At(day, start).Micros);
    }

    [Theory]
    [InlineData("day")]
    [InlineData("morning")]
    [InlineData("afternoon")]
    [InlineData("07:00-09:30")]
    [InlineData("22:00-02:00")]
    [InlineData("start+60")]
    [InlineData("end-30")]
    [InlineData("any60")]
    public void A_part_of_leave_is_read_and_written_the_same(string text)
    {
        Assert.True(LeavePart.TryParse(text, out var part));
        Assert.Equal(text, part.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("noon")]
    [InlineData("7:00-9:00")]
    [InlineData("07:00-07:00")]
    [InlineData("07:00-25:00")]
    [InlineData("start+0")]
    [InlineData("start+481")]
    [InlineData("end+60")]
    [InlineData("any-5")]
    public void What_is_no_part_of_leave_is_refused(string text) => Assert.False(LeavePart.TryParse(text, out _));
}
