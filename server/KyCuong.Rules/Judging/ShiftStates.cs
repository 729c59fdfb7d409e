namespace KyCuong.Rules;

/// <summary>The state of a shift that is due: the first that fits (design section 6).</summary>
internal static class ShiftStates
{
    public static ShiftState Of(ShiftWork work)
    {
        if (!work.AnyDue)
            return ShiftState.Leave;
        if (work.EventCount == 0 && (!work.Final || !AnyAbsent(work)))
            return ShiftState.Pending;
        return OfAbsences(work);
    }

    /// <summary>
    /// Absent in all sessions, in some ("some absent, or leave and absence": however the leave divides a session) or in none.
    /// To go out or to come late with permission is no leave of which a part of the day could consist.
    /// </summary>
    public static ShiftState OfAbsences(ShiftWork work)
    {
        bool all = true;
        for (int i = 0; i < work.SessionCount; i++)
        {
            ref readonly var session = ref work.Sessions[i];
            all &= session.IsDue && session.Absent && !(session.HasLeave && session.Leave is not (LeaveKind.Pass or LeaveKind.LatePermit));
        }
        return all ? ShiftState.Absent : AnyAbsent(work) || work.BelowPartial ? ShiftState.Partial : ShiftState.Present;
    }

    private static bool AnyAbsent(ShiftWork work)
    {
        for (int i = 0; i < work.SessionCount; i++)
            if (work.Sessions[i].IsDue && work.Sessions[i].Absent)
                return true;
        return false;
    }
}
