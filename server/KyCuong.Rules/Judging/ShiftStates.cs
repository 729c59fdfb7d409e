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

    /// <summary>Absent in all sessions, in some or in none.</summary>
    public static ShiftState OfAbsences(ShiftWork work)
    {
        bool all = true;
        for (int i = 0; i < work.SessionCount; i++)
            all &= work.Sessions[i].IsDue && work.Sessions[i].Absent;
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
