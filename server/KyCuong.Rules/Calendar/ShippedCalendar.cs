using System.Text.Json;

namespace KyCuong.Rules;

/// <summary>The public sector's calendar as shipped: the years whose notices are known, and the swaps. Read once; immutable.</summary>
public sealed class ShippedCalendar
{
    private static readonly Lazy<ShippedCalendar> Loaded = new(Load);

    private readonly IReadOnlyList<FixedDay> _fixed;

    private ShippedCalendar(IReadOnlyList<FixedDay> fixedDays, IReadOnlyList<StatutoryDay> days, IReadOnlyList<DaySwap> swaps, IReadOnlySet<int> years) =>
        (_fixed, Days, Swaps, Years) = (fixedDays, days, swaps, years);

    public static ShippedCalendar Instance => Loaded.Value;

    public IReadOnlyList<StatutoryDay> Days { get; }
    public IReadOnlyList<DaySwap> Swaps { get; }
    /// <summary>Years whose yearly notice is in the data. Other years know only the fixed dates.</summary>
    public IReadOnlySet<int> Years { get; }

    /// <summary>Statutory days of any year: of a year without a notice only those whose date the law itself fixes.</summary>
    public IEnumerable<StatutoryDay> StatutoryDays(int year) => Years.Contains(year)
        ? Days.Where(day => day.Date.Year == year)
        : _fixed.Where(day => day.From <= year).Select(day => new StatutoryDay(new DateOnly(year, day.Month, day.Day), day.Name, day.Law, day.MadeUp));

    private static ShippedCalendar Load()
    {
        using var stream = typeof(ShippedCalendar).Assembly.GetManifestResourceStream("public-sector-calendar.json")
            ?? throw new InvalidOperationException("The calendar is not embedded in the assembly.");
        using var document = JsonDocument.Parse(stream);
        var days = new List<StatutoryDay>();
        var years = new HashSet<int>();
        foreach (var year in document.RootElement.GetProperty("years").EnumerateObject())
        {
            years.Add(int.Parse(year.Name, System.Globalization.CultureInfo.InvariantCulture));
            string? notice = year.Value.GetProperty("notice").GetString();
            foreach (var day in year.Value.GetProperty("days").EnumerateArray())
                days.Add(new StatutoryDay(
                    Date(day, "date"),
                    day.GetProperty("name").GetString()!,
                    day.TryGetProperty("notice", out var own) ? own.GetString() : notice,
                    !day.TryGetProperty("madeUp", out var madeUp) || madeUp.GetBoolean()));
        }
        var swaps = new List<DaySwap>();
        foreach (var swap in document.RootElement.GetProperty("swaps").EnumerateArray())
            swaps.Add(new DaySwap(Date(swap, "off"), Date(swap, "worked"), swap.GetProperty("notice").GetString()));
        var fixedDays = new List<FixedDay>();
        foreach (var day in document.RootElement.GetProperty("fixed").EnumerateArray())
        {
            string text = day.GetProperty("day").GetString()!;
            fixedDays.Add(new FixedDay(
                int.Parse(text.AsSpan(0, 2), System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(text.AsSpan(3, 2), System.Globalization.CultureInfo.InvariantCulture),
                day.GetProperty("name").GetString()!,
                day.GetProperty("law").GetString()!,
                day.TryGetProperty("from", out var from) ? from.GetInt32() : 0,
                !day.TryGetProperty("madeUp", out var reached) || reached.GetBoolean()));
        }
        return new ShippedCalendar(fixedDays, days, swaps, years);
    }

    /// <summary>A holiday on the same solar date each year from <paramref name="From"/>.</summary>
    private sealed record FixedDay(int Month, int Day, string Name, string Law, int From, bool MadeUp);

    private static DateOnly Date(JsonElement element, string name) =>
        DateOnly.ParseExact(element.GetProperty(name).GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
