using KyCuong.Rules;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>Who answers for a unit on a date: its head, and where it has none the nearest head above it. Immutable; safe to share.</summary>
public sealed class UnitHeads
{
    private readonly UnitTree _tree;
    private readonly Dictionary<long, (DateOnly From, string? Code)[]> _heads;

    private UnitHeads(UnitTree tree, IEnumerable<UnitRow> units, ILookup<long, UnitHeadRow> dated)
    {
        _tree = tree;
        _heads = units.ToDictionary(
            unit => unit.UnitId,
            unit => dated[unit.UnitId].OrderByDescending(row => row.FromDate).Select(row => (row.FromDate, row.StaffCode)).Append((DateOnly.MinValue, unit.HeadStaffCode)).ToArray());
    }

    /// <summary>Reads the heads of an agency.</summary>
    public static async Task<UnitHeads> ReadAsync(KyCuongDb db, long agency, UnitTree tree, IEnumerable<UnitRow> units, CancellationToken cancel) =>
        new(tree, units, (await db.UnitHeads.AsNoTracking().Where(row => row.AgencyId == agency).ToListAsync(cancel)).ToLookup(row => row.UnitId));

    /// <summary>The head of the unit itself; null: it has none.</summary>
    public string? Own(long unit, DateOnly date)
    {
        foreach (var (from, code) in _heads[unit])
            if (from <= date) return code;
        return null;
    }

    /// <summary>Who answers for the unit; null: nobody is declared up to the top.</summary>
    public string? Of(long unit, DateOnly date) => Chain(unit, date).FirstOrDefault();

    /// <summary>Heads of the unit and of those above it, the nearest first.</summary>
    public IEnumerable<string> Chain(long unit, DateOnly date) => _tree.SelfAndAbove(unit).Select(at => Own(at, date)).OfType<string>().Distinct();

    /// <summary>Heads of the unit itself in a period, in order.</summary>
    public IEnumerable<string> Own(long unit, DateOnly from, DateOnly to) =>
        _heads[unit].Where((head, place) => head.From <= to && (place == 0 || _heads[unit][place - 1].From > from)).Select(head => head.Code).Reverse().OfType<string>().Distinct();
}
