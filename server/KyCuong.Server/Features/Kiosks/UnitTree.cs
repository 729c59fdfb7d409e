using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Which units a kiosk serves. Pure.</summary>
internal static class UnitTree
{
    /// <summary>The unit and those below it; all of them for null. A ring of parents, which no import lets in, does no harm.</summary>
    public static IReadOnlySet<long> AtAndBelow(IReadOnlyCollection<UnitRow> units, long? unitId)
    {
        if (unitId is not { } top) return units.Select(u => u.UnitId).ToHashSet();
        var below = units.Where(u => u.ParentUnitId is not null).ToLookup(u => u.ParentUnitId!.Value, u => u.UnitId);
        var found = new HashSet<long>();
        var waiting = new Stack<long>([top]);
        while (waiting.TryPop(out var next))
        {
            if (!found.Add(next)) continue;
            foreach (var child in below[next]) waiting.Push(child);
        }

        return found;
    }
}
