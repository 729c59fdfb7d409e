namespace KyCuong.Rules;

/// <summary>
/// All that judging needs of an agency apart from people and taps. Build it once for a question (and again after any
/// change); immutable inputs with caches inside, safe to share between threads.
/// </summary>
public sealed class AgencyRules
{
    public AgencyRules(TimeZoneInfo zone, UnitTree units, WorkCalendar calendar, ScheduleBook schedules, IReadOnlyList<KioskKnowledge> kiosks, IReadOnlyList<Incident>? incidents = null)
    {
        (Zone, Units, Calendar, Schedules, Incidents) = (zone, units, calendar, schedules, incidents ?? []);
        Kiosks = new KioskBook(kiosks, units);
        Days = new DayPlanner(new ZoneClock(zone), units, calendar, schedules);
    }

    public TimeZoneInfo Zone { get; }
    public UnitTree Units { get; }
    public WorkCalendar Calendar { get; }
    public ScheduleBook Schedules { get; }
    public KioskBook Kiosks { get; }
    /// <summary>Declared and not withdrawn.</summary>
    public IReadOnlyList<Incident> Incidents { get; }

    internal DayPlanner Days { get; }

    /// <summary>
    /// Due shifts of a person that overlap: an error to refuse before it is stored (design section 6). Judging such a pair gives
    /// the shared time to the earlier shift.
    /// </summary>
    /// <param name="staff">0: nobody in particular, whoever of the unit has no schedule of their own.</param>
    public IEnumerable<ShiftOverlap> Overlaps(long staff, long unit, DateOnly from, DateOnly to)
    {
        var shifts = new List<ShiftPlan>();
        for (var date = from; date <= to; date = date.AddDays(1))
            shifts.AddRange(Days.Of(staff, unit, date).Shifts.Where(shift => shift.Due));
        shifts.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        for (int i = 0; i + 1 < shifts.Count; i++)
            if (shifts[i].Sessions.Any(one => shifts[i + 1].Sessions.Any(other => one.Within(other.Start, other.End).Length > 0)))
                yield return new ShiftOverlap(shifts[i].Schedule.Code, shifts[i].Date, shifts[i + 1].Schedule.Code, shifts[i + 1].Date);
    }
}

/// <summary>Two due shifts of one person of which sessions overlap.</summary>
public sealed record ShiftOverlap(string Schedule, DateOnly Date, string OtherSchedule, DateOnly OtherDate);
