namespace KyCuong.Rules;

/// <summary>A period of an agency: people, units, the whole. Each day counts to that day's unit. Mutable; one thread at a time.</summary>
public sealed class PeriodSummary(DateOnly from, DateOnly to) : IFiguresSink
{
    private readonly Dictionary<long, PersonPeriod> _people = [];
    private readonly Dictionary<long, PeriodFigures> _units = [];
    private readonly HashSet<WorkSchedule> _schedules = new(ReferenceEqualityComparer.Instance);
    private PersonPeriod? _person;
    private PeriodFigures? _unit;
    private long _unitId;
    private WorkSchedule? _schedule;

    public DateOnly From => from;
    public DateOnly To => to;
    public PeriodFigures Agency { get; } = new();
    public IReadOnlyDictionary<long, PersonPeriod> People => _people;
    /// <summary>Days spent in the unit itself; add those below with <see cref="Subtree"/>.</summary>
    public IReadOnlyDictionary<long, PeriodFigures> Units => _units;
    /// <summary>Schedule versions met: every report prints tap mode, grace and thresholds beside its rates.</summary>
    public IReadOnlyCollection<WorkSchedule> Schedules => _schedules;

    public void Add(in ShiftFigures shift)
    {
        if (_person is null || _person.Staff != shift.Staff)
        {
            if (!_people.TryGetValue(shift.Staff, out _person))
                _people.Add(shift.Staff, _person = new PersonPeriod(shift.Staff));
        }
        if (_unit is null || _unitId != shift.Unit)
        {
            _unitId = shift.Unit;
            if (!_units.TryGetValue(_unitId, out _unit))
                _units.Add(_unitId, _unit = new PeriodFigures());
        }
        if (shift.Schedule is { } schedule && !ReferenceEquals(schedule, _schedule))
        {
            _schedule = schedule;
            _schedules.Add(schedule);
        }
        _person.Add(shift);
        _unit.Add(shift);
        Agency.Add(shift);
    }

    /// <summary>A unit with all units below it.</summary>
    public PeriodFigures Subtree(long unit, UnitTree units)
    {
        var sum = new PeriodFigures();
        foreach (var (at, figures) in _units)
            if (units.Within(at, unit))
                sum.Add(figures);
        return sum;
    }
}
