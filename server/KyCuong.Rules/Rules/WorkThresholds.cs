namespace KyCuong.Rules;

/// <summary>
/// "partialBelowMinutes / absentBelowMinutes of work (strictly below, absent first, leave minutes count as worked, not applied
/// when an end is missing) are off by default." Runs last: a shift below the second is absent in all its due sessions.
/// </summary>
internal static class WorkThresholds
{
    public static void Apply(ShiftWork work)
    {
        if (work.EventCount == 0 || (work.Schedule.AbsentBelowMinutes is null && work.Schedule.PartialBelowMinutes is null))
            return;
        long worked = work.WorkedMicros;
        for (int i = 0; i < work.SessionCount; i++)
        {
            worked += work.Sessions[i].LeaveMicros;
            if (work.Sessions[i].IsDue && Lacks(work.Sessions[i]))
                return;
        }
        if (work.Schedule.AbsentBelowMinutes is { } absent && worked < absent * Instant.PerMinute)
            Absent(work);
        else
            work.BelowPartial = work.Schedule.PartialBelowMinutes is { } partial && worked < partial * Instant.PerMinute;
    }

    private static bool Lacks(in SessionWork session) =>
        session.OwnEvents > 0 && ((session.AsksArrival && session.Arrival < 0) || (session.AsksDeparture && session.Departure < 0));

    private static void Absent(ShiftWork work)
    {
        work.FindingCount = 0;
        for (int i = 0; i < work.SessionCount; i++)
            if (work.Sessions[i].IsDue)
            {
                ref var session = ref work.Sessions[i];
                (session.LateMinutes, session.EarlyMinutes, session.Absent) = (0, 0, true);
                work.Find(FindingKind.Absence, i, 0, work.Closes, open: true);
            }
    }
}
