using System.Globalization;

namespace KyCuong.Rules.Tests;

/// <summary>The lunar calendar against facts/lunar-dates.csv, made from full ephemerides, and against dates in official texts.</summary>
public sealed class LunarTests
{
    public static TheoryData<string> Years() => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "facts", "lunar-dates.csv")).Skip(1)];

    [Theory, MemberData(nameof(Years))]
    public void A_year_is_as_the_ephemerides_make_it_for_Viet_Nam(string row)
    {
        var cells = row.Split(',');
        var year = LunarYear.Of(int.Parse(cells[0], CultureInfo.InvariantCulture));
        Assert.Equal(Date(cells[1]), year.NewYear);
        Assert.Equal(Date(cells[4]), year.Date(3, 10));
        Assert.Equal(cells[7], year.Leap?.Number.ToString(CultureInfo.InvariantCulture) ?? "");
        Assert.Equal(int.Parse(cells[8], CultureInfo.InvariantCulture), year.Months[^1].Days);
    }

    [Theory]
    // Where the tables for UTC+8 have another day (vietnam 2.6): Tết.
    [InlineData("1968-01-29")]
    [InlineData("1969-02-16")]
    [InlineData("1985-01-21")]
    [InlineData("2007-02-17")]
    [InlineData("2030-02-02")]
    [InlineData("2053-02-18")]
    public void Tet_is_by_the_clock_of_Viet_Nam(string date) => Assert.Equal(Date(date), LunarYear.Of(Date(date).Year).NewYear);

    [Theory]
    [InlineData(1984, null)]
    [InlineData(1985, 2)]
    [InlineData(1987, 7)]
    [InlineData(2033, 11)]
    public void The_leap_month_is_by_the_clock_of_Viet_Nam(int year, int? month) => Assert.Equal(month, LunarYear.Of(year).Leap?.Number);

    [Theory]
    [InlineData("2025-01-25", 2024, 12, 26)]
    [InlineData("2025-01-29", 2025, 1, 1)]
    [InlineData("2025-02-02", 2025, 1, 5)]
    [InlineData("2026-02-14", 2025, 12, 27)]
    [InlineData("2026-02-22", 2026, 1, 6)]
    [InlineData("2027-02-04", 2026, 12, 28)]
    [InlineData("2027-02-10", 2027, 1, 5)]
    [InlineData("2025-08-23", 2025, 7, 1)]
    public void Dates_in_official_texts_come_out(string solar, int year, int month, int day) => Assert.Equal(Date(solar), LunarYear.Of(year).Date(month, day));

    [Fact]
    public void The_sixth_leap_month_of_2025_begins_on_25_July() => Assert.Equal(new LunarMonth(6, true, new DateOnly(2025, 7, 25), 29), LunarYear.Of(2025).Leap);

    [Fact]
    public void Every_month_has_29_or_30_days_and_follows_the_one_before()
    {
        var next = LunarYear.Of(LunarYear.First).NewYear;
        for (int number = LunarYear.First; number <= LunarYear.Last; number++)
        {
            var year = LunarYear.Of(number);
            Assert.Equal(year.Leap is null ? 12 : 13, year.Months.Count);
            foreach (var month in year.Months)
            {
                Assert.Equal(next, month.Start);
                Assert.InRange(month.Days, 29, 30);
                next = month.Start.AddDays(month.Days);
            }
        }
    }

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
