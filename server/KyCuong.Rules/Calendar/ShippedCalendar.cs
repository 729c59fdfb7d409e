using System.Globalization;
using System.Text.Json;

namespace KyCuong.Rules;

/// <summary>
/// The public sector's calendar as shipped: the years whose notices are known, the swaps, and what the law says of other
/// years. Read once; immutable.
/// </summary>
public sealed class ShippedCalendar
{
    private static readonly Lazy<ShippedCalendar> Loaded = new(Load);

    private readonly ILookup<int, StatutoryDay> _days;
    private readonly IReadOnlyList<YearlyDay> _yearly;
    private readonly IReadOnlyList<AwaitedDays> _awaited;

    private ShippedCalendar(ILookup<int, StatutoryDay> days, IReadOnlyList<DaySwap> swaps, IReadOnlyList<YearlyDay> yearly, IReadOnlyList<AwaitedDays> awaited) =>
        (_days, Swaps, _yearly, _awaited) = (days, swaps, yearly, awaited);

    public static ShippedCalendar Instance => Loaded.Value;

    /// <summary>Explicit swaps, never guessed.</summary>
    public IReadOnlyList<DaySwap> Swaps { get; }

    /// <summary>Whether the yearly notice is in the data.</summary>
    public bool NoticeKnown(int year) => _days.Contains(year);

    /// <summary>
    /// Statutory days of any year. Of a year without a notice only those that the law itself fixes, by the solar or the lunar
    /// calendar: the rest is in <see cref="Awaited"/>.
    /// </summary>
    public IEnumerable<StatutoryDay> StatutoryDays(int year) => NoticeKnown(year)
        ? _days[year]
        : _yearly.SelectMany(day => day.In(year));

    /// <summary>
    /// Days that only a notice decides, in a year without one: for each holiday the choices there are, of which one will be
    /// taken.
    /// </summary>
    public IEnumerable<IReadOnlyList<IReadOnlyList<StatutoryDay>>> Awaited(int year) => NoticeKnown(year)
        ? []
        : _awaited.Where(days => days.Day.Falls(year)).Select(days => days.In(year));

    private static ShippedCalendar Load()
    {
        using var stream = typeof(ShippedCalendar).Assembly.GetManifestResourceStream("public-sector-calendar.json")
            ?? throw new InvalidOperationException("The calendar is not embedded in the assembly.");
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        return new ShippedCalendar(
            root.GetProperty("years").EnumerateObject().SelectMany(Year).ToLookup(day => day.Date.Year),
            [.. root.GetProperty("swaps").EnumerateArray().Select(swap => new DaySwap(Date(swap, "off"), Date(swap, "worked"), swap.GetProperty("notice").GetString()))],
            [.. root.GetProperty("fixed").EnumerateArray().Select(YearlyDay.Read)],
            [.. root.GetProperty("awaited").EnumerateArray().Select(AwaitedDays.Read)]);
    }

    private static IEnumerable<StatutoryDay> Year(JsonProperty year)
    {
        string? notice = year.Value.GetProperty("notice").GetString();
        return year.Value.GetProperty("days").EnumerateArray().Select(day => new StatutoryDay(
            Date(day, "date"),
            day.GetProperty("name").GetString()!,
            day.TryGetProperty("notice", out var own) ? own.GetString() : notice,
            !day.TryGetProperty("madeUp", out var madeUp) || madeUp.GetBoolean()));
    }

    private static DateOnly Date(JsonElement element, string name) =>
        DateOnly.ParseExact(element.GetProperty(name).GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
