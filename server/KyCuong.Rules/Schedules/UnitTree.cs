namespace KyCuong.Rules;

/// <summary>Which unit stands above which. Immutable.</summary>
public sealed class UnitTree
{
    /// <summary>Deepest chain of units; a longer one is a circle.</summary>
    public const int Depth = 64;

    private readonly Dictionary<long, long?> _parents;

    /// <param name="parents">Unit and the unit above it (null: none).</param>
    /// <exception cref="ArgumentException">The parents form a circle.</exception>
    public UnitTree(IEnumerable<KeyValuePair<long, long?>> parents)
    {
        _parents = new Dictionary<long, long?>(parents);
        foreach (long unit in _parents.Keys)
            if (SelfAndAbove(unit).Count() >= Depth)
                throw new ArgumentException($"Unit {unit} stands above itself, or the tree is deeper than {Depth}.", nameof(parents));
    }

    public static UnitTree Flat { get; } = new([]);

    /// <summary>The unit, its parent, and so on to the top.</summary>
    public IEnumerable<long> SelfAndAbove(long unit)
    {
        long? next = unit;
        for (int depth = 0; next is { } at && depth < Depth; depth++)
        {
            yield return at;
            next = _parents.GetValueOrDefault(at);
        }
    }

    /// <summary>Whether <paramref name="unit"/> is <paramref name="top"/> or below it.</summary>
    public bool Within(long unit, long top) => SelfAndAbove(unit).Contains(top);
}
