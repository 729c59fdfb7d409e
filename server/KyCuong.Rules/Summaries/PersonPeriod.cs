namespace KyCuong.Rules;

/// <summary>One person's row of a period: the totals, and the break-down by unit when the person moved. Mutable; one thread at a time.</summary>
public sealed class PersonPeriod(long staff) : IFiguresSink
{
    private readonly List<(long Unit, PeriodFigures Figures)> _byUnit = [];
    private DateOnly _last = DateOnly.MinValue;

    public long Staff => staff;
    public PeriodFigures Total { get; } = new();
    /// <summary>The unit of the last day; null: no day was judged.</summary>
    public long? LastUnit { get; private set; }
    /// <summary>In order of first day there.</summary>
    public IReadOnlyList<(long Unit, PeriodFigures Figures)> ByUnit => _byUnit;

    public void Add(in ShiftFigures shift)
    {
        Total.Add(shift);
        Of(shift.Unit).Add(shift);
        if (shift.Date >= _last)
            (_last, LastUnit) = (shift.Date, shift.Unit);
    }

    private PeriodFigures Of(long unit)
    {
        foreach (var (at, figures) in _byUnit)
            if (at == unit)
                return figures;
        var made = new PeriodFigures();
        _byUnit.Add((unit, made));
        return made;
    }
}
