using KyCuong.Rules;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Summaries;

/// <summary>
/// Figures by who answered for the unit on the day ("each day counts to that day's unit and head"). Not thread-safe: one for
/// each thread, put together afterwards.
/// </summary>
internal sealed class HeadFigures(UnitHeads heads)
{
    private readonly Dictionary<(long Unit, int Day), Line?> _lines = [];
    private readonly Dictionary<string, Line> _byHead = new(StringComparer.Ordinal);

    /// <summary>By staff code of the head.</summary>
    public IReadOnlyDictionary<string, Line> ByHead => _byHead;

    /// <summary>Counts a shift; days for which nobody answers are in no line.</summary>
    public void Add(in ShiftFigures shift)
    {
        var key = (shift.Unit, shift.Date.DayNumber);
        if (!_lines.TryGetValue(key, out var line))
        {
            if (heads.Of(shift.Unit, shift.Date) is { } head && !_byHead.TryGetValue(head, out line)) _byHead.Add(head, line = new Line());
            _lines.Add(key, line);
        }

        line?.Add(shift);
    }

    /// <summary>Adds what another thread counted.</summary>
    public void Add(HeadFigures other)
    {
        foreach (var (head, theirs) in other._byHead)
        {
            if (!_byHead.TryGetValue(head, out var line)) _byHead.Add(head, line = new Line());
            line.Add(theirs);
        }
    }

    /// <summary>One head: the units answered for, and the days of their people.</summary>
    internal sealed class Line
    {
        private long _unit = long.MinValue;

        public HashSet<long> Units { get; } = [];

        public PeriodFigures Figures { get; } = new();

        public void Add(in ShiftFigures shift)
        {
            if (_unit != shift.Unit) Units.Add(_unit = shift.Unit);
            Figures.Add(shift);
        }

        public void Add(Line other)
        {
            Units.UnionWith(other.Units);
            Figures.Add(other.Figures);
        }
    }
}
