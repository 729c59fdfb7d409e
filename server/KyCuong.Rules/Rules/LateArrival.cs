namespace KyCuong.Rules;

/// <summary>
/// Đi muộn. "arrival &gt; start + grace, exact instants, on the limit is on time. Past the grace the whole lateness counts or
/// what exceeds it … under one whole minute is no finding." A limit within the tap's uncertainty is decided for the person
/// (reliability D14). Lateness past <see cref="WorkSchedule.AbsentAfterLateMinutes"/> is absence from the session.
/// </summary>
internal static class LateArrival
{
    public static void Apply(ShiftWork work, int index)
    {
        ref var session = ref work.Sessions[index];
        if (!session.AsksArrival || session.Arrival < 0 || session.Absent || work.Schedule.LateGraceMinutes is not { } graceMinutes)
            return;
        ref readonly var arrival = ref work.Events[session.Arrival];
        long grace = graceMinutes * Instant.PerMinute;
        long late = Allowance.Use(work, arrival.First - session.Due.Start, grace);
        int minutes = Judged(late, grace, work.Schedule.GraceCounts);
        // Of what was tapped, something else may have been the arrival, were the clock as wrong as it may be.
        long perhaps = work.PerhapsEarlier(session.Arrival);
        bool surely = Judged(late - perhaps, grace, work.Schedule.GraceCounts) > 0;
        session.Uncertain |= surely != Judged(late + arrival.FirstUncertainty, grace, work.Schedule.GraceCounts) > 0;
        if (!surely)
            return;

        // Past the first session's end it depends on the departure whether that session is absent or entered late.
        bool byDeparture = work.FirstLast && (index != work.FirstDue || arrival.First > session.Due.End);
        long settled = work.Settled(arrival), horizon = byDeparture ? work.Closes : settled;
        bool open = byDeparture || settled > arrival.First;
        if (work.Schedule.AbsentAfterLateMinutes is { } most && late - perhaps > most * Instant.PerMinute)
        {
            session.Absent = true;
            work.Find(FindingKind.Absence, index, 0, horizon, open);
            return;
        }
        session.LateMinutes = minutes;
        work.Find(FindingKind.LateArrival, index, minutes, horizon, open);
    }

    /// <summary>Minutes of the finding; 0: none.</summary>
    internal static int Judged(long over, long grace, GraceCounts counts) =>
        over <= grace ? 0 : Minutes.Floor(counts == GraceCounts.Whole ? over : over - grace);
}
