namespace KyCuong.Rules;

/// <summary>
/// What a gate may say of a tap without running any rules (design section 5): a person's first tap of the day from
/// <paramref name="From"/> up to before <paramref name="To"/> is an arrival, on time up to and including
/// <paramref name="Limit"/>; past it, whole minutes late count from <paramref name="Base"/>. Taps from <paramref name="ShiftFrom"/>
/// on belong to the same shift.
/// </summary>
public readonly record struct GateSegment(Instant From, Instant To, Instant Limit, Instant Base, Instant ShiftFrom);

/// <summary>The segments of a shift, where nothing that comes later can make the lateness another finding.</summary>
internal static class GateSegments
{
    /// <param name="work">Started, with its cuts, and its due parts found.</param>
    public static void Add(ShiftWork work, List<GateSegment> segments)
    {
        // Of who is kept by hand, or may have met an incident, the gate says nothing.
        if (!work.AnyDue || work.HandKept || work.Incidents.Count > 0 || work.Schedule.LateGraceMinutes is not { } graceMinutes)
            return;
        for (int i = work.FirstDue; i <= work.LastDue && i >= 0; i = work.DueAfter(i))
        {
            var due = work.Sessions[i].Due;
            int before = work.DueBefore(i);
            long grace = graceMinutes * Instant.PerMinute, counted = due.Start + work.ReductionMicros;
            long from = before < 0 ? work.Opens : Middle(work.Sessions[before].Due.End, due.Start);
            // A lone undirected tap past the middle is read as going, and as coming once there is another.
            long to = 1 + (work.FirstLast ? Math.Min(due.End, Middle(due.Start, work.Sessions[work.LastDue].Due.End - 1)) : Middle(due.Start, due.End - 1));
            if (work.Schedule.AbsentAfterLateMinutes is { } most)
                to = Math.Min(to, 1 + counted + (most * Instant.PerMinute));
            segments.Add(new GateSegment(
                new Instant(from), new Instant(to), new Instant(counted + grace), new Instant(work.Schedule.GraceCounts == GraceCounts.Whole ? counted : counted + grace), new Instant(work.Opens)));
            // Where only the ends of the shift are asked for, a first tap in a later session leaves it open whether the one before is absent.
            if (work.FirstLast)
                return;
        }
    }

    /// <summary>The first microsecond from the middle on.</summary>
    private static long Middle(long start, long end) => start + ((end - start + 1) / 2);
}
