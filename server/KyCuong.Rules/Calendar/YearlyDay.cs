using System.Globalization;
using System.Text.Json;

namespace KyCuong.Rules;

/// <summary>A holiday that the law puts on the same date of every year, solar or lunar.</summary>
/// <param name="Days">How many in a row.</param>
/// <param name="From">First year it is a holiday.</param>
internal sealed record YearlyDay(int Month, int Day, bool Lunar, int Days, string Name, string Law, int From, bool MadeUp)
{
    public bool Falls(int year) => From <= year && (!Lunar || year is >= LunarYear.First and <= LunarYear.Last);

    public DateOnly First(int year) => Lunar ? LunarYear.Of(year).Date(Month, Day) : new DateOnly(year, Month, Day);

    /// <summary>Its days of a year; none when it does not fall in it.</summary>
    public IEnumerable<StatutoryDay> In(int year) => Falls(year)
        ? Enumerable.Range(0, Days).Select(number => On(year, number))
        : [];

    /// <summary>The day that lies some days from the first.</summary>
    public StatutoryDay On(int year, int offset) => new(First(year).AddDays(offset), Name, Law, MadeUp);

    /// <summary>Of <c>day</c> or <c>lunar</c> "MM-dd" and what stands beside it.</summary>
    public static YearlyDay Read(JsonElement element)
    {
        bool lunar = element.TryGetProperty("lunar", out var date);
        string text = (lunar ? date : element.GetProperty("day")).GetString()!;
        return new YearlyDay(
            int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture),
            int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture),
            lunar,
            element.TryGetProperty("days", out var days) ? days.GetInt32() : 1,
            element.GetProperty("name").GetString()!,
            element.GetProperty("law").GetString()!,
            element.TryGetProperty("from", out var from) ? from.GetInt32() : 0,
            !element.TryGetProperty("madeUp", out var madeUp) || madeUp.GetBoolean());
    }
}

/// <summary>Days beside a holiday that a notice decides each year.</summary>
/// <param name="Choices">Days from the holiday's first, one list of which will be taken.</param>
internal sealed record AwaitedDays(YearlyDay Day, IReadOnlyList<IReadOnlyList<int>> Choices)
{
    public IReadOnlyList<IReadOnlyList<StatutoryDay>> In(int year) =>
        [.. Choices.Select(choice => choice.Select(offset => Day.On(year, offset)).ToList())];

    public static AwaitedDays Read(JsonElement element) => new(
        YearlyDay.Read(element),
        [.. element.GetProperty("choices").EnumerateArray().Select(choice => choice.EnumerateArray().Select(offset => offset.GetInt32()).ToList())]);
}
