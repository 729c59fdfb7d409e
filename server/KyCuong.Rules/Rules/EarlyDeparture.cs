namespace KyCuong.Rules;

/// <summary>Về sớm: like <see cref="LateArrival"/>, before the end. "Without an arrival nobody is early."</summary>
internal static class EarlyDeparture
{
    public static void Apply(ShiftWork work, int index)
    {
        ref var session = ref work.Sessions[index];
        if (!session.AsksDeparture || session.Departure < 0 || session.Absent || !Arrived(work, session) || work.Schedule.EarlyGraceMinutes is not { } graceMinutes)
            return;
        ref readonly var departure = ref work.Events[session.Departure];
        long grace = graceMinutes * Instant.PerMinute;
        long early = Allowance.Use(work, session.Due.End - departure.Last, grace);
        int minutes = LateArrival.Judged(early, grace, work.Schedule.GraceCounts);
        bool surely = LateArrival.Judged(early - work.PerhapsLater(session.Departure), grace, work.Schedule.GraceCounts) > 0;
        session.Uncertain |= surely != LateArrival.Judged(early + departure.LastUncertainty, grace, work.Schedule.GraceCounts) > 0;
        if (!surely)
            return;
        session.EarlyMinutes = minutes;
        // A later out would undo it, up to where the next session begins.
        int next = work.FirstLast ? -1 : work.DueAfter(index);
        work.Find(FindingKind.EarlyDeparture, index, minutes, next < 0 ? work.Closes : Settled(work, session.Departure, work.Sessions[next].Whole.Start), open: true);
    }

    /// <summary>
    /// Until when no out can come any more that began before the next session: a tap after its beginning still joins an event from before it, and may
    /// give that its direction.
    /// </summary>
    private static long Settled(ShiftWork work, int departure, long next)
    {
        long settled = next;
        for (int i = departure; i < work.EventCount && work.Events[i].First < next; i++)
            settled = Math.Max(settled, work.Settled(work.Events[i]));
        return settled;
    }

    private static bool Arrived(ShiftWork work, in SessionWork session)
    {
        if (!work.FirstLast)
            return session.Arrival >= 0;
        for (int i = work.FirstDue; i <= work.LastDue; i++)
            if (work.Sessions[i].Arrival >= 0)
                return true;
        return false;
    }
}
