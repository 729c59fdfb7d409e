using System.Collections.Concurrent;

namespace KyCuong.Rules;

/// <summary>Which kiosks are waited for by the people of a unit. Safe to use from several threads.</summary>
public sealed class KioskBook(IReadOnlyList<KioskKnowledge> kiosks, UnitTree units)
{
    private readonly ConcurrentDictionary<long, KioskKnowledge[]> _byUnit = new();

    public IReadOnlyList<KioskKnowledge> All => kiosks;

    /// <summary>The kiosks serving a unit, in the order given.</summary>
    public IReadOnlyList<KioskKnowledge> Serving(long unit) => ServingArray(unit);

    internal KioskKnowledge[] ServingArray(long unit) =>
        _byUnit.TryGetValue(unit, out var found)
            ? found
            : _byUnit.GetOrAdd(unit, at => [.. kiosks.Where(kiosk => kiosk.Unit is not { } top || units.Within(at, top))]);
}
