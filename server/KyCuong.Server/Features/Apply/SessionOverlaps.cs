using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Finds schedules that would give one person two sessions at the same time (design section 6: an error): whoever they
/// come from, person, unit or agency, hours or duty on top, across midnight too. Weekly patterns are held against each other
/// without holidays and swaps, which another year puts elsewhere; duty on named dates against what is due on those dates: on a
/// holiday it takes the place of the hours. Pure.
/// </summary>
internal static class SessionOverlaps
{
    private const int MinutesOfDay = 24 * 60;

    /// <summary>People tap out within so many minutes of the end; a window that closes sooner takes their departure.</summary>
    private const int TapOutMinutes = 15;

    /// <summary>Shifts no further apart share the taps between them (design section 6).</summary>
    private const int ShareMinutes = 30;

    /// <summary>Between two changes the pattern is weekly; the day before a change may reach past midnight.</summary>
    private const int DaysAfterChange = 8;

    /// <summary>Reports each pair of assignments once, at the one in the file; pairs that the file says nothing of are left.</summary>
    /// <param name="notes">Takes pairs that fit, of which the later would take the taps with which people end the earlier.</param>
    public static void Check(ApplyOutlook outlook, ProblemList problems, List<ApplyNote> notes)
    {
        var reported = new HashSet<(ScheduleAssignment, ScheduleAssignment)>(PairComparer.Instance);
        var told = new HashSet<(ScheduleAssignment, ScheduleAssignment)>(PairComparer.Instance);
        // Whoever has nothing of their own works as their unit does, and without a unit as the agency.
        foreach (var unit in outlook.UnitCodes.Keys.Append(0))
            Check(outlook, 0, _ => unit, outlook.UnitCodes.GetValueOrDefault(unit) ?? "", Changes(outlook, 0, [unit]), problems, notes, reported, told);
        foreach (var staff in outlook.Assignments.Select(one => one.Staff).OfType<long>().Distinct())
        {
            var postings = outlook.Postings(staff).ToList();
            var dates = Changes(outlook, staff, postings.Select(posting => posting.UnitId)).Concat(postings.SelectMany(posting => After(posting.FromDate)));
            Check(outlook, staff, date => outlook.UnitOf(staff, date), outlook.StaffCodes[staff], dates, problems, notes, reported, told);
        }
    }

    /// <summary>Dates on which an overlap of these people must show, if there is one.</summary>
    private static IEnumerable<DateOnly> Changes(ApplyOutlook outlook, long staff, IEnumerable<long> units)
    {
        var chain = units.SelectMany(outlook.Units.SelfAndAbove).ToHashSet();
        var mine = outlook.Assignments.Where(one => one.Staff is { } person ? person == staff : one.Unit is not { } unit || chain.Contains(unit)).ToList();
        var codes = mine.Select(one => one.Schedule).ToHashSet(StringComparer.Ordinal);
        foreach (var assignment in mine)
        {
            foreach (var date in (assignment.Dates ?? []).Concat(After(assignment.From)).Concat(After(assignment.To))) yield return date;
            foreach (var date in assignment.Dates ?? []) yield return date.AddDays(-1);
        }

        foreach (var version in outlook.Versions.Where(version => codes.Contains(version.Code)))
            foreach (var date in After(version.From).Concat(After(version.To))) yield return date;
    }

    private static IEnumerable<DateOnly> After(DateOnly? change) => change is { } date && date.DayNumber is > 0 and < int.MaxValue - DaysAfterChange && date < Grammar.LastDate
        ? Enumerable.Range(date.DayNumber - 1, DaysAfterChange + 2).Select(DateOnly.FromDayNumber)
        : [];

    private static void Check(
        ApplyOutlook outlook, long staff, Func<DateOnly, long?> unitOn, string shown, IEnumerable<DateOnly> dates, ProblemList problems, List<ApplyNote> notes, HashSet<(ScheduleAssignment, ScheduleAssignment)> reported,
        HashSet<(ScheduleAssignment, ScheduleAssignment)> told)
    {
        foreach (var date in dates.Distinct().Order())
        {
            var today = On(date);
            if (today.Count == 0) continue;
            var both = today.Concat(On(date.AddDays(1)).Select(one => one with { Midnight = MinutesOfDay })).ToList();
            for (var i = 0; i < today.Count; i++)
                for (var j = i + 1; j < both.Count; j++)
                {
                    var (one, other) = (both[i], both[j]);
                    var (meet, takes) = (Meet(one, other), TakesDeparture(one, other) || TakesDeparture(other, one));
                    // A pair may only take a departure on one date and overlap on the next.
                    if (!(meet || takes) || Node(outlook, one, other) is not { } node || !(meet ? reported : told).Add((one.Assignment, other.Assignment))) continue;
                    if (meet) problems.Add(node.Line, node.Path, shown, ApplyText.Get("assignment.overlap", one.Hours.Code, other.Hours.Code, Grammar.Date(date)));
                    else notes.Add(Taken(node, one, other, date));
                }
        }

        List<Due> On(DateOnly date)
        {
            if (unitOn(date) is not { } unit) return [];
            var inForce = outlook.Book.On(staff, unit, outlook.Units, date);
            var day = inForce.Any(one => one.Assignment.Dates is not null) ? outlook.Calendar.On(date) : new CalendarDay(date, CalendarKind.Ordinary);
            return [.. inForce.Where(one => one.Schedule.IsDue(day)).Select(one => new Due(one.Schedule, one.Assignment, 0))];
        }
    }

    /// <summary>A schedule due on a date that begins so many minutes after the first.</summary>
    private readonly record struct Due(WorkSchedule Hours, ScheduleAssignment Assignment, int Midnight);

    /// <summary>A place in the file to mend: an assignment, else a version; null: the file has nothing to do with it.</summary>
    private static SourceNode? Node(ApplyOutlook outlook, Due one, Due other) =>
        outlook.Declared(one.Assignment)?.Node ?? outlook.Declared(other.Assignment)?.Node ?? outlook.Declared(one.Hours)?.Node ?? outlook.Declared(other.Hours)?.Node;

    private static bool Meet(Due one, Due other)
    {
        foreach (var a in one.Hours.Offsets())
            foreach (var b in other.Hours.Offsets())
                if (a.Start + one.Midnight < b.End + other.Midnight && b.Start + other.Midnight < a.End + one.Midnight) return true;
        return false;
    }

    /// <summary>The later opens so soon after the earlier's end that a tap out on the way home would be the later's.</summary>
    private static bool TakesDeparture(Due earlier, Due later)
    {
        var (end, start) = (earlier.Hours.Offsets()[^1].End + earlier.Midnight, later.Hours.Offsets()[0].Start + later.Midnight);
        return start - end > ShareMinutes && start - later.Hours.OpensBeforeMinutes < end + TapOutMinutes;
    }

    private static ApplyNote Taken(SourceNode node, Due one, Due other, DateOnly date)
    {
        var (earlier, later) = TakesDeparture(one, other) ? (one, other) : (other, one);
        var most = later.Hours.Offsets()[0].Start + later.Midnight - earlier.Hours.Offsets()[^1].End - earlier.Midnight - TapOutMinutes;
        return new ApplyNote(node.Line, node.Path, ApplyText.Get("assignment.takesDeparture", later.Hours.Code, earlier.Hours.Code, Grammar.Date(date), most));
    }

    /// <summary>By identity and in either order.</summary>
    private sealed class PairComparer : IEqualityComparer<(ScheduleAssignment, ScheduleAssignment)>
    {
        public static PairComparer Instance { get; } = new();

        public bool Equals((ScheduleAssignment, ScheduleAssignment) x, (ScheduleAssignment, ScheduleAssignment) y) =>
            (ReferenceEquals(x.Item1, y.Item1) && ReferenceEquals(x.Item2, y.Item2)) || (ReferenceEquals(x.Item1, y.Item2) && ReferenceEquals(x.Item2, y.Item1));

        public int GetHashCode((ScheduleAssignment, ScheduleAssignment) pair) =>
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Item1) ^ System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Item2);
    }
}
