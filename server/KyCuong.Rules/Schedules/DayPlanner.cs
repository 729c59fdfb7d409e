using System.Collections.Concurrent;

namespace KyCuong.Rules;

/// <summary>A due stretch on the clock, instants in microseconds.</summary>
internal readonly record struct Stretch(long Start, long End)
{
    public long Length => End > Start ? End - Start : 0;

    public Stretch Within(long start, long end) => new(Math.Max(Start, start), Math.Min(End, end));
}

/// <summary>A schedule on a date: what everyone who keeps it that day shares. Immutable.</summary>
internal sealed record ShiftPlan(ScheduleInForce InForce, DateOnly Date, CalendarDay Calendar, bool Due, Stretch[] Sessions, long Opens, long Closes)
{
    public WorkSchedule Schedule => InForce.Schedule;
    public long Start => Sessions[0].Start;
    public long End => Sessions[^1].End;
}

/// <summary>The schedules in force for somebody on a date, in order; empty: unscheduled.</summary>
internal sealed record DayPlan(DateOnly Date, long Midnight, long NextMidnight, CalendarDay Calendar, ShiftPlan[] Shifts);

/// <summary>Makes day plans, once for each unit and date. Safe to use from several threads.</summary>
internal sealed class DayPlanner(ZoneClock clock, UnitTree units, WorkCalendar calendar, ScheduleBook schedules)
{
    private readonly ConcurrentDictionary<(long Unit, int Day), DayPlan> _ofUnits = new();
    private readonly ConcurrentDictionary<(WorkSchedule Schedule, ScheduleAssignment Assignment, int Day), ShiftPlan> _shifts =
        new(SamePlan.Instance);

    public ScheduleBook Schedules => schedules;

    public DayPlan Of(long staff, long unit, DateOnly date)
    {
        if (schedules.HasOwn(staff))
            return Make(staff, unit, date);
        var key = (unit, date.DayNumber);
        return _ofUnits.TryGetValue(key, out var found) ? found : _ofUnits.GetOrAdd(key, Make(0, unit, date));
    }

    public long Midnight(DateOnly date) => clock.At(date, 0).Micros;

    public ZoneClock Clock => clock;

    private DayPlan Make(long staff, long unit, DateOnly date)
    {
        var inForce = schedules.On(staff, unit, units, date);
        var shifts = new ShiftPlan[inForce.Count];
        for (int i = 0; i < shifts.Length; i++)
        {
            var one = inForce[i];
            shifts[i] = _shifts.GetOrAdd((one.Schedule, one.Assignment, date.DayNumber), _ => Plan(one, date));
        }
        return new DayPlan(date, Midnight(date), Midnight(date.AddDays(1)), calendar.On(date), shifts);
    }

    private ShiftPlan Plan(ScheduleInForce inForce, DateOnly date)
    {
        var schedule = inForce.Schedule;
        var day = calendar.On(date);
        var offsets = schedule.Offsets();
        var sessions = new Stretch[offsets.Length];
        for (int i = 0; i < sessions.Length; i++)
            sessions[i] = new Stretch(clock.At(date, offsets[i].Start).Micros, clock.At(date, offsets[i].End).Micros);
        return new ShiftPlan(
            inForce, date, day, schedule.IsDue(day), sessions,
            sessions[0].Start - (schedule.OpensBeforeMinutes * Instant.PerMinute),
            sessions[^1].End + (schedule.ClosesAfterMinutes * Instant.PerMinute));
    }

    /// <summary>By identity: comparing two schedules field by field would cost more than it saves.</summary>
    private sealed class SamePlan : IEqualityComparer<(WorkSchedule Schedule, ScheduleAssignment Assignment, int Day)>
    {
        public static SamePlan Instance { get; } = new();

        public bool Equals((WorkSchedule Schedule, ScheduleAssignment Assignment, int Day) x, (WorkSchedule Schedule, ScheduleAssignment Assignment, int Day) y) =>
            ReferenceEquals(x.Schedule, y.Schedule) && ReferenceEquals(x.Assignment, y.Assignment) && x.Day == y.Day;

        public int GetHashCode((WorkSchedule Schedule, ScheduleAssignment Assignment, int Day) key) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Schedule), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Assignment), key.Day);
    }
}
