using System.Globalization;
using System.Text.Json;

namespace KyCuong.Rules.Tests;

/// <summary>The shipped calendar against the public sector's notices, kept here as a list made by other means (facts/public-sector-calendar.json).</summary>
public sealed class CalendarTests
{
    private static readonly JsonElement Facts = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "facts", "public-sector-calendar.json"))).RootElement;
    private static readonly WorkCalendar Public = new(Weekdays.Weekend);

    public static TheoryData<int> Years() => [2021, 2022, 2023, 2024, 2025, 2026, 2027];

    [Theory, MemberData(nameof(Years))]
    public void Each_date_is_worked_or_off_as_the_notices_say(int year)
    {
        var off = Listed("weekdays_off", year);
        var worked = Listed("weekend_days_worked", year);
        for (var date = new DateOnly(year, 1, 1); date.Year == year; date = date.AddDays(1))
        {
            bool weekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            Assert.True((weekend ? worked.Contains(date) : !off.Contains(date)) == Public.IsWorkingDay(date), $"{date:yyyy-MM-dd}: {Public.On(date)}");
        }
    }

    [Theory, MemberData(nameof(Years))]
    public void Each_month_has_the_published_number_of_working_days(int year)
    {
        var months = Facts.GetProperty("working_days_per_month").GetProperty(year.ToString(CultureInfo.InvariantCulture)).EnumerateArray().Select(month => month.GetInt32()).ToArray();
        var counted = Enumerable.Range(1, 12).Select(month => Enumerable.Range(1, DateTime.DaysInMonth(year, month)).Count(day => Public.IsWorkingDay(new DateOnly(year, month, day))));
        Assert.Equal(months, counted);
    }

    [Fact]
    public void Each_swap_names_its_other_half()
    {
        foreach (var swap in Facts.GetProperty("swaps").EnumerateArray())
        {
            var (off, worked) = (Date(swap.GetProperty("off").GetString()!), Date(swap.GetProperty("worked").GetString()!));
            Assert.Equal((CalendarKind.SwapOff, worked), (Public.On(off).Kind, Public.On(off).Other));
            Assert.Equal((CalendarKind.SwapWorked, off), (Public.On(worked).Kind, Public.On(worked).Other));
            Assert.Equal(off.DayOfWeek, Public.On(worked).Pattern);
        }
    }

    [Theory]
    // Tết 2025: 27–31/1 are the statutory days. Tết 2027: 4–8/2, Saturday and Sunday made up on 9 and 10/2 (vietnam 2.4).
    [InlineData("2025-01-27", CalendarKind.Statutory, null)]
    [InlineData("2025-01-31", CalendarKind.Statutory, null)]
    [InlineData("2027-02-08", CalendarKind.Statutory, null)]
    [InlineData("2027-02-09", CalendarKind.MakeUp, "2027-02-06")]
    [InlineData("2027-02-10", CalendarKind.MakeUp, "2027-02-07")]
    // 2022: 30/4 Saturday and 1/5 Sunday, two make-ups in a row.
    [InlineData("2022-05-02", CalendarKind.MakeUp, "2022-04-30")]
    [InlineData("2022-05-03", CalendarKind.MakeUp, "2022-05-01")]
    // 2023: Saturday 29/4 and Sunday 30/4 go to 2 and 3/5, because 1/5 is itself a holiday.
    [InlineData("2023-05-01", CalendarKind.Statutory, null)]
    [InlineData("2023-05-02", CalendarKind.MakeUp, "2023-04-29")]
    [InlineData("2023-05-03", CalendarKind.MakeUp, "2023-04-30")]
    [InlineData("2023-09-04", CalendarKind.MakeUp, "2023-09-02")]
    [InlineData("2026-04-27", CalendarKind.MakeUp, "2026-04-26")]
    [InlineData("2026-11-24", CalendarKind.Statutory, null)]
    [InlineData("2026-11-23", CalendarKind.Ordinary, null)]
    [InlineData("2026-11-28", CalendarKind.Ordinary, null)]
    [InlineData("2025-11-24", CalendarKind.Ordinary, null)]
    public void A_day_off_has_its_reason(string date, CalendarKind kind, string? madeUpFor)
    {
        var day = Public.On(Date(date));
        Assert.Equal((kind, madeUpFor is null ? null : Date(madeUpFor)), (day.Kind, (DateOnly?)day.Other));
    }

    [Theory]
    [InlineData(2021, "2021-09-03")]
    [InlineData(2022, "2022-09-01")]
    [InlineData(2023, "2023-09-01")]
    [InlineData(2024, "2024-09-03")]
    [InlineData(2025, "2025-09-01")]
    [InlineData(2026, "2026-09-01")]
    [InlineData(2027, "2027-09-03")]
    public void The_second_day_of_the_national_holiday_is_the_notices(int year, string second)
    {
        Assert.Equal(CalendarKind.Statutory, Public.On(Date(second)).Kind);
        Assert.Equal(CalendarKind.Statutory, Public.On(new DateOnly(year, 9, 2)).Kind);
    }

    [Fact]
    public void A_day_made_up_says_which_holiday_and_which_notice()
    {
        var day = Public.On(new DateOnly(2027, 5, 3));
        Assert.Equal((CalendarKind.MakeUp, "Ngày Quốc tế lao động", "10065/VPCP-KGVX"), (day.Kind, day.Name, day.Source));
    }

    [Fact]
    public void An_agency_that_rests_only_on_Sunday_makes_up_only_Sundays_and_exchanges_no_Saturday()
    {
        var sunday = new WorkCalendar(Weekdays.Sunday);
        Assert.False(sunday.IsWorkingDay(new DateOnly(2022, 4, 30)));
        Assert.False(sunday.IsWorkingDay(new DateOnly(2022, 5, 2)));
        Assert.True(sunday.IsWorkingDay(new DateOnly(2022, 5, 3)));
        Assert.True(sunday.IsWorkingDay(new DateOnly(2026, 8, 31)));
    }

    [Fact]
    public void A_holiday_on_24_11_is_not_made_up()
    {
        // 24/11/2029 is a Saturday; it is outside art. 112(1), so art. 111(3) does not reach it.
        Assert.Equal(CalendarKind.Statutory, Public.On(new DateOnly(2029, 11, 24)).Kind);
        Assert.True(Public.IsWorkingDay(new DateOnly(2029, 11, 26)));
    }

    [Fact]
    public void A_year_without_a_notice_knows_what_the_law_fixes()
    {
        Assert.False(Public.NoticeKnown(2028));
        Assert.True(Public.NoticeKnown(2027));
        Assert.Equal(CalendarKind.Statutory, Public.On(new DateOnly(2028, 9, 2)).Kind);
        // 1/1/2028 is a Saturday, made up on Monday.
        Assert.Equal(CalendarKind.MakeUp, Public.On(new DateOnly(2028, 1, 3)).Kind);
        // Mùng 1 Tết of 2028 is 26/1, 10/3 is 4/4.
        foreach (int day in new[] { 26, 27, 28 })
            Assert.Equal((CalendarKind.Statutory, "Tết Nguyên đán"), (Public.On(new DateOnly(2028, 1, day)).Kind, Public.On(new DateOnly(2028, 1, day)).Name));
        Assert.Equal("Giỗ Tổ Hùng Vương", Public.On(new DateOnly(2028, 4, 4)).Name);
    }

    [Theory]
    // Tết on Wednesday 26/1: Monday and Tuesday before, or Tuesday and Saturday 29/1, which is made up on Monday.
    [InlineData("2028-01-20", "2028-02-05", "24 25 31")]
    // 2/9 is a Saturday, made up on Monday 4/9; beside it 1/9, or Sunday 3/9, which would be made up on Tuesday.
    [InlineData("2028-08-25", "2028-09-15", "1 5")]
    // Tết on Tuesday 13/2: Sunday and Monday before, the Sunday made up on Friday; or Monday and Friday 16/2.
    [InlineData("2029-02-01", "2029-02-28", "12 16")]
    // Nothing is awaited of a year whose notice is known.
    [InlineData("2027-01-01", "2027-12-31", "")]
    public void What_only_a_notice_decides_is_worked_and_says_that_it_waits(string from, string to, string days)
    {
        var awaited = Public.Awaited(Date(from), Date(to)).ToList();
        Assert.Equal(days, string.Join(' ', awaited.Select(day => day.Date.Day)));
        Assert.All(awaited, day => Assert.True(Public.IsWorkingDay(day.Date)));
    }

    [Fact]
    public void Nothing_is_awaited_once_the_agency_has_entered_the_notice()
    {
        var calendar = new WorkCalendar(Weekdays.Weekend, [new CalendarNotice(new DateOnly(2028, 1, 24), "Tết Nguyên đán"), new CalendarNotice(new DateOnly(2028, 1, 25), "Tết Nguyên đán")]);
        Assert.Empty(calendar.Awaited(new DateOnly(2028, 1, 1), new DateOnly(2028, 2, 28)));
        Assert.Equal("Quốc khánh", calendar.On(new DateOnly(2028, 9, 1)).Awaits);
    }

    [Theory]
    [InlineData("2026-08-31", "2026-08-29")]
    [InlineData("2026-08-21", "2026-08-22")]
    public void The_agencys_own_swap_stands_in_the_place_of_the_shipped_one(string off, string worked)
    {
        var calendar = new WorkCalendar(Weekdays.Weekend, null, [new DaySwap(Date(off), Date(worked))]);
        Assert.False(calendar.IsWorkingDay(Date(off)));
        Assert.True(calendar.IsWorkingDay(Date(worked)));
        // What the shipped one moved and this one does not is as it was: a Saturday off, a Monday worked.
        Assert.Equal(worked == "2026-08-22", calendar.IsWorkingDay(new DateOnly(2026, 8, 22)));
        Assert.Equal(off != "2026-08-31", calendar.IsWorkingDay(new DateOnly(2026, 8, 31)));
    }

    [Fact]
    public void A_swap_is_never_guessed()
    {
        for (var date = new DateOnly(2028, 1, 1); date.Year == 2028; date = date.AddDays(1))
            Assert.False(Public.On(date).Kind is CalendarKind.SwapOff or CalendarKind.SwapWorked);
    }

    [Fact]
    public void Make_up_skips_a_day_the_agency_has_off_already()
    {
        var calendar = new WorkCalendar(Weekdays.Weekend, [new CalendarNotice(new DateOnly(2028, 1, 3), "x")]);
        Assert.Equal(CalendarKind.MakeUp, calendar.On(new DateOnly(2028, 1, 4)).Kind);
    }

    [Fact]
    public void The_agencys_own_notices_go_before_everything()
    {
        var calendar = new WorkCalendar(
            Weekdays.Weekend,
            [new CalendarNotice(new DateOnly(2026, 5, 13), "Lễ hội", "12/QĐ"), new CalendarNotice(new DateOnly(2026, 9, 1), "x", null, Worked: true)],
            [new DaySwap(new DateOnly(2026, 6, 1), new DateOnly(2026, 6, 6), "3/CV")]);
        Assert.Equal((CalendarKind.Notice, "12/QĐ"), (calendar.On(new DateOnly(2026, 5, 13)).Kind, calendar.On(new DateOnly(2026, 5, 13)).Source));
        Assert.True(calendar.IsWorkingDay(new DateOnly(2026, 9, 1)));
        Assert.False(calendar.IsWorkingDay(new DateOnly(2026, 6, 1)));
        Assert.True(calendar.IsWorkingDay(new DateOnly(2026, 6, 6)));
    }

    private static HashSet<DateOnly> Listed(string name, int year) =>
        Facts.GetProperty(name).TryGetProperty(year.ToString(CultureInfo.InvariantCulture), out var days)
            ? [.. days.EnumerateArray().Select(day => Date($"{year}-{day.GetString()}"))]
            : [];

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
