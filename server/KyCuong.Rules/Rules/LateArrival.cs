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
        bool surely = Judged(late - arrival.FirstUncertainty, grace, work.Schedule.GraceCounts) > 0;
        session.Uncertain |= surely != Judged(late + arrival.FirstUncertainty, grace, work.Schedule.GraceCounts) > 0;
        if (!surely)
            return;

        // Where the departure is still unknown, a later one may show that the first session was not attended at all.
        bool mayBecomeAbsence = work.FirstLast && arrival.First > session.Due.End;
        long horizon = mayBecomeAbsence ? work.Closes : arrival.First;
        if (work.Schedule.AbsentAfterLateMinutes is { } most && late - arrival.FirstUncertainty > most * Instant.PerMinute)
        {
            session.Absent = true;
            work.Find(FindingKind.Absence, index, 0, horizon, mayBecomeAbsence);
            return;
        }
        session.LateMinutes = minutes;
        work.Find(FindingKind.LateArrival, index, minutes, horizon, mayBecomeAbsence);
    }

    /// <summary>Minutes of the finding; 0: none.</summary>
    internal static int Judged(long over, long grace, GraceCounts counts) =>
        over <= grace ? 0 : Minutes.Floor(counts == GraceCounts.Whole ? over : over - grace);
}
