namespace KyCuong.Rules;

/// <summary>The state of a shift that is due: the first that fits (design section 6).</summary>
internal static class ShiftStates
{
    public static ShiftState Of(ShiftWork work)
    {
        if (!work.AnyDue)
            return ShiftState.Leave;
        int absent = 0, leave = 0;
        for (int i = 0; i < work.SessionCount; i++)
        {
            if (!work.Sessions[i].IsDue) leave++;
            else if (work.Sessions[i].Absent) absent++;
        }
        if (work.EventCount == 0 && (!work.Final || absent == 0))
            return ShiftState.Pending;
        if (absent == work.SessionCount)
            return ShiftState.Absent;
        return absent > 0 || work.BelowPartial ? ShiftState.Partial : ShiftState.Present;
    }
}
