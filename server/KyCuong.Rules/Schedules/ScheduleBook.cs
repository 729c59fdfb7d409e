namespace KyCuong.Rules;

/// <summary>A schedule in force for somebody on a date, and the assignment that gave it.</summary>
public readonly record struct ScheduleInForce(WorkSchedule Schedule, ScheduleAssignment Assignment);

/// <summary>
/// The schedules of an agency with their versions, and who keeps which (design section 6): own assignment, else the
/// nearest unit above, else the agency; all at the first level that has one; <see cref="AssignmentMode.Add"/> on top.
/// Immutable; safe to share.
/// </summary>
public sealed class ScheduleBook
{
    private readonly Dictionary<string, WorkSchedule[]> _versions;
    private readonly Dictionary<long, ScheduleAssignment[]> _ofStaff;
    private readonly Dictionary<long, ScheduleAssignment[]> _ofUnit;
    private readonly ScheduleAssignment[] _ofAgency;

    public ScheduleBook(IEnumerable<WorkSchedule> versions, IEnumerable<ScheduleAssignment> assignments)
    {
        _versions = versions.GroupBy(version => version.Code).ToDictionary(code => code.Key, code => code.OrderBy(version => version.From).ToArray());
        var all = assignments.ToArray();
        Assignments = all;
        _ofStaff = all.Where(one => one.Staff is not null).GroupBy(one => one.Staff!.Value).ToDictionary(staff => staff.Key, staff => staff.ToArray());
        _ofUnit = all.Where(one => one.Staff is null && one.Unit is not null).GroupBy(one => one.Unit!.Value).ToDictionary(unit => unit.Key, unit => unit.ToArray());
        _ofAgency = [.. all.Where(one => one.Staff is null && one.Unit is null)];
        Reach = ReachDays(_versions.Values.SelectMany(code => code));
    }

    /// <summary>All assignments, as they were given.</summary>
    public IReadOnlyList<ScheduleAssignment> Assignments { get; }

    /// <summary>All versions of all schedules.</summary>
    public IEnumerable<WorkSchedule> Versions => _versions.Values.SelectMany(code => code);

    /// <summary>How many days before and after a date a shift's window can still touch its own; for most agencies 0.</summary>
    internal int Reach { get; }

    internal bool HasOwn(long staff) => _ofStaff.ContainsKey(staff);

    /// <summary>The version of a schedule in force on a date; null: none.</summary>
    public WorkSchedule? Version(string code, DateOnly date)
    {
        if (_versions.TryGetValue(code, out var versions))
            for (int i = versions.Length - 1; i >= 0; i--)
                if (versions[i].InForce(date))
                    return versions[i];
        return null;
    }

    /// <summary>
    /// The schedules of a person on a date, in the order of their first session; empty: none. An assignment whose schedule has no version
    /// in force that day does not count, so the next level is asked.
    /// </summary>
    /// <param name="staff">0: nobody in particular, the unit's.</param>
    public IReadOnlyList<ScheduleInForce> On(long staff, long unit, UnitTree units, DateOnly date)
    {
        var found = new List<ScheduleInForce>();
        bool settled = false;
        foreach (var level in Levels(staff, unit, units))
        {
            bool any = false;
            foreach (var assignment in level)
                if (assignment.InForce(date) && (assignment.Mode == AssignmentMode.Add || !settled) && Version(assignment.Schedule, date) is { } schedule)
                {
                    any |= assignment.Mode == AssignmentMode.Replace;
                    if (!found.Exists(other => ReferenceEquals(other.Schedule, schedule)))
                        found.Add(new ScheduleInForce(schedule, assignment));
                }
            settled |= any;
        }
        found.Sort(static (a, b) => a.Schedule.Offsets()[0].Start.CompareTo(b.Schedule.Offsets()[0].Start) is not 0 and var order ? order : string.CompareOrdinal(a.Schedule.Code, b.Schedule.Code));
        return found;
    }

    private IEnumerable<ScheduleAssignment[]> Levels(long staff, long unit, UnitTree units)
    {
        if (_ofStaff.TryGetValue(staff, out var own))
            yield return own;
        foreach (long at in units.SelfAndAbove(unit))
            if (_ofUnit.TryGetValue(at, out var ofUnit))
                yield return ofUnit;
        yield return _ofAgency;
    }

    private static int ReachDays(IEnumerable<WorkSchedule> schedules)
    {
        // An hour for a change of the clock, and the stretch between close shifts that serves both.
        const int slackMinutes = 60 + 30;
        int earliest = int.MaxValue, latest = int.MinValue;
        foreach (var schedule in schedules)
        {
            var offsets = schedule.Offsets();
            if (offsets.Length == 0) continue;
            earliest = Math.Min(earliest, offsets[0].Start - schedule.OpensBeforeMinutes);
            latest = Math.Max(latest, offsets[^1].End + schedule.ClosesAfterMinutes);
        }
        return earliest > latest ? 0 : (latest - earliest + slackMinutes) / ScheduleLimits.MinutesPerDay;
    }
}
