using System.Collections.Concurrent;

namespace KyCuong.Rules;

/// <summary>A month of the Vietnamese lunar calendar.</summary>
/// <param name="Number">1–12; a leap month has the number of the one before it.</param>
/// <param name="Start">Its first day.</param>
/// <param name="Days">29 or 30.</param>
public readonly record struct LunarMonth(int Number, bool Leap, DateOnly Start, int Days);

/// <summary>
/// A year of the Vietnamese lunar calendar, with civil days at UTC+7 (Quyết định 121-CP of 1967; Chinese tables take UTC+8 and
/// differ, by a day at Tết 2030): months start on the day of the new moon, month 11 holds the winter solstice, and of thirteen
/// months between two months 11 the first without a principal term of the sun is the leap one. For 1968–2100. Immutable.
/// </summary>
public sealed class LunarYear
{
    public const int First = 1968;
    public const int Last = 2100;

    private const double DaysAhead = 7.0 / 24;
    /// <summary>Julian day of the midnight (UTC) that begins <see cref="DateOnly.MinValue"/>.</summary>
    private const double DayZero = 1721425.5;
    private static readonly ConcurrentDictionary<int, LunarYear> Known = new();

    private LunarYear(int year) =>
        (Year, Months) = (year, [.. Between(year).Where(month => month.Number <= 10), .. Between(year + 1).Where(month => month.Number > 10)]);

    /// <summary>The solar year in which it begins.</summary>
    public int Year { get; }

    /// <summary>From Tết, 12 or 13.</summary>
    public IReadOnlyList<LunarMonth> Months { get; }

    /// <summary>Mùng 1 Tết.</summary>
    public DateOnly NewYear => Months[0].Start;

    /// <summary>The leap month, or null.</summary>
    public LunarMonth? Leap => Months.Any(month => month.Leap) ? Months.First(month => month.Leap) : null;

    /// <exception cref="ArgumentOutOfRangeException">Outside <see cref="First"/>–<see cref="Last"/>.</exception>
    public static LunarYear Of(int year)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, First);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, Last);
        return Known.GetOrAdd(year, static at => new LunarYear(at));
    }

    /// <summary>The solar date of a day of an ordinary month.</summary>
    public DateOnly Date(int month, int day) => Months.First(one => one.Number == month && !one.Leap).Start.AddDays(day - 1);

    /// <summary>The months from month 11 of the year before to month 10, or their leap months: those that end before the winter solstice of the year.</summary>
    private static List<LunarMonth> Between(int year)
    {
        int from = MonthOfSolstice(year - 1), to = MonthOfSolstice(year);
        var months = new List<LunarMonth>();
        bool leapToCome = to - from == 13;
        int number = 11;
        for (int moon = from; moon < to; moon++)
        {
            int start = Day(moon), next = Day(moon + 1);
            bool leap = leapToCome && Term(start) == Term(next);
            leapToCome &= !leap;
            if (moon > from && !leap)
                number = (number % 12) + 1;
            months.Add(new LunarMonth(number, leap, DateOnly.FromDayNumber(start), next - start));
        }
        return months;
    }

    /// <summary>The number of the new moon that begins the month in which the sun passes 270°.</summary>
    private static int MonthOfSolstice(int year)
    {
        int endOfYear = new DateOnly(year, 12, 31).DayNumber;
        int moon = (int)Math.Floor((endOfYear + DayZero - Sky.NewMoon2000) / Sky.Lunation) + 1;
        while (Day(moon) > endOfYear)
            moon--;
        // It is the last month begun in the year whose first day is not yet past the solstice.
        while (Term(Day(moon)) is >= 9 and < 12)
            moon--;
        return moon;
    }

    /// <summary>The local day of a new moon.</summary>
    private static int Day(int moon) => (int)Math.Floor(Sky.NewMoon(moon) - DayZero + DaysAhead);

    /// <summary>Which twelfth of its way from the spring equinox the sun is in when a local day begins: 9 from the winter solstice.</summary>
    private static int Term(int day) => (int)(Sky.SunLongitude(day + DayZero - DaysAhead) / 30);
}
