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
}
