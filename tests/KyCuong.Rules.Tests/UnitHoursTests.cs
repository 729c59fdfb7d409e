namespace KyCuong.Rules.Tests;

public sealed class UnitHoursTests
{
    private const long Office = 1, Annex = 2, Gatehouse = 3, Ann = 5;
    private static readonly DateOnly Wednesday = new(2026, 5, 13);

    private static WorkSchedule Schedule(string code, params (int From, int To)[] sessions) => new()
    {
        Code = code,
        Sessions = [.. sessions.Select(session => new SessionTimes(new TimeOnly(session.From, 0), new TimeOnly(session.To % 24, 0)))],
    };

    private static string Hours(AgencyRules rules, long? unit, DateOnly date) =>
        UnitHours.On(rules, unit, date) is { } hours ? string.Join(' ', hours.Select(one => $"{one.Start}-{one.End}")) : "unknown";

    private static AgencyRules Rules(ScheduleAssignment[] assignments, params WorkSchedule[] schedules) => new(
        CaseAgency.Zone, new UnitTree([new(Office, null), new(Annex, Office), new(Gatehouse, Annex)]), new WorkCalendar(Weekdays.Weekend), new ScheduleBook(schedules, assignments), []);

    [Theory]
    [InlineData(null, "2026-05-13", "420-660 780-1020")]
    [InlineData(Office, "2026-05-13", "420-660 780-1020")]
    [InlineData(Annex, "2026-05-13", "480-960")]
    [InlineData(Gatehouse, "2026-05-13", "480-960")]
    [InlineData(null, "2026-05-16", "")]
    [InlineData(Gatehouse, "2026-05-17", "")]
    // Quốc khánh 2026.
    [InlineData(null, "2026-09-02", "")]
    public void A_door_shows_the_hours_of_the_nearest_unit_above_or_of_the_agency_and_nothing_on_a_day_off(long? unit, string date, string expected)
    {
        var rules = Rules(
            [new("HC"), new("NHA2", Unit: Annex), new("RIENG", Staff: Ann), new("TRUC", Unit: Gatehouse, Mode: AssignmentMode.Add), new("TRUC", Mode: AssignmentMode.Add)],
            Schedule("HC", (7, 11), (13, 17)), Schedule("NHA2", (8, 16)), Schedule("RIENG", (9, 10)), Schedule("TRUC", (18, 22)) with { Days = Weekdays.All });
        Assert.Equal(expected, Hours(rules, unit, DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Sessions_of_several_schedules_stand_in_order_once_each_and_a_night_ends_past_1440() => Assert.Equal(
        "360-840 840-1320 1320-1800",
        Hours(Rules([new("CA3"), new("CA1"), new("CA2"), new("CA1B")], Schedule("CA3", (22, 6)), Schedule("CA1", (6, 14)), Schedule("CA2", (14, 22)), Schedule("CA1B", (6, 14))), null, Wednesday));

    [Fact]
    public void Where_no_schedule_is_in_force_the_hours_are_not_known()
    {
        Assert.Equal("unknown", Hours(Rules([new("NHA2", Unit: Annex)], Schedule("NHA2", (8, 16))), null, Wednesday));
        Assert.Equal("unknown", Hours(Rules([new("HC", From: Wednesday.AddDays(1))], Schedule("HC", (8, 16))), null, Wednesday));
        Assert.Equal("unknown", Hours(Rules([new("TRUC", Mode: AssignmentMode.Add)], Schedule("TRUC", (8, 16))), null, Wednesday));
    }

    [Fact]
    public void A_date_that_a_notice_may_make_off_is_not_known_but_by_a_schedule_that_works_on_holidays()
    {
        var waits = new DateOnly(2028, 9, 1);
        var everyDay = Schedule("HC", (8, 16)) with { Days = Weekdays.All };
        Assert.Equal("unknown", Hours(Rules([new("HC")], everyDay), null, waits));
        Assert.Equal("480-960", Hours(Rules([new("HC")], everyDay with { Holidays = HolidayRule.Worked }), null, waits));
        Assert.Equal("", Hours(Rules([new("HC")], everyDay with { Days = Weekdays.Weekend }), null, waits));
    }
}
