using KyCuong.Kiosk.Screen;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Screen;

public sealed class WorkingHoursTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    private static DayHours Day(uint date, params (uint Start, uint End)[] sessions)
    {
        var day = new DayHours { Date = date };
        day.Sessions.AddRange(sessions.Select(session => new SessionHours { StartMinute = session.Start, EndMinute = session.End }));
        return day;
    }

    private static string? Said(string utc, params DayHours[] days) => WorkingHours.Of(new Protos.V1.Configuration { Hours = { days } }).Today(
        DateTimeOffset.Parse(utc + "Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() * 1000, Zone);

    [Theory]
    // The date turns at midnight in Việt Nam, 17:00 UTC.
    [InlineData("2026-11-20T16:59:59", "Giờ làm việc: 07:30–11:30 · 13:30–17:00")]
    [InlineData("2026-11-20T17:00:00", "Hôm nay nghỉ")]
    [InlineData("2026-11-21T16:59:59", "Hôm nay nghỉ")]
    [InlineData("2026-11-21T17:00:00", "Giờ làm việc: 22:00–06:00")]
    [InlineData("2026-11-22T17:00:00", "Giờ làm việc: 16:00–24:00 · 00:00–01:30")]
    // Not told: a kiosk that was away for longer than it was told, and a clock that stands in the past.
    [InlineData("2026-11-23T17:00:00", null)]
    [InlineData("2026-11-19T16:59:59", null)]
    [InlineData("1970-01-01T00:00:00", null)]
    public void The_page_shows_the_hours_of_the_agencys_date_and_a_day_off_only_where_the_server_said_so(string utc, string? expected) => Assert.Equal(expected, Said(
        utc, Day(20261120, (450, 690), (810, 1020)), Day(20261121), Day(20261122, (1320, 1800)), Day(20261123, (960, 1440), (1440, 1530))));

    [Theory]
    [InlineData(20261120u, 450u, 450u)]
    [InlineData(20261120u, 450u, 4321u)]
    [InlineData(20261120u, 4000000000u, 4000000001u)]
    [InlineData(20261131u, 450u, 690u)]
    [InlineData(0u, 450u, 690u)]
    [InlineData(4294967295u, 450u, 690u)]
    public void What_makes_no_sense_is_not_shown_and_not_taken_for_a_day_off(uint date, uint start, uint end) =>
        Assert.Null(Said("2026-11-20T03:00:00", Day(date, (start, end))));

    [Fact]
    public void Days_and_sessions_have_a_bound()
    {
        Assert.Null(Said("2026-11-20T03:00:00", Day(20261120, [.. Enumerable.Range(0, WorkingHours.MostSessions + 1).Select(i => ((uint)i, (uint)i + 1))])));
        Assert.Null(Said("2026-11-20T03:00:00", [.. Enumerable.Repeat(Day(20270101), WorkingHours.MostDays), Day(20261120)]));
    }

    [Fact]
    public void Without_a_word_of_the_server_nothing_is_shown() => Assert.Null(Said("2026-11-20T03:00:00"));
}
