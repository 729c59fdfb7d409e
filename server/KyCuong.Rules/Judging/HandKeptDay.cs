namespace KyCuong.Rules;

/// <summary>
/// Hand-kept days: "kept day by day by the timekeeper and confirmed by the head; counted apart". Taps made all the same are
/// shown and used for nothing. What is not recorded or not confirmed is pending, never absence.
/// </summary>
internal static class HandKeptDay
{
    public static void Apply(ShiftWork work)
    {
        work.Final = true;
        for (int i = 0; i < work.SessionCount; i++)
        {
            ref var session = ref work.Sessions[i];
            if (!session.IsDue)
                continue;
            var mark = Mark(work, i);
            session.Kept = mark is { Confirmed: true };
            work.Final &= session.Kept;
            if (mark is not { Confirmed: true, Present: false })
                continue;
            session.Absent = true;
            work.Find(FindingKind.Absence, i, 0, work.Closes, open: false);
            work.Findings[work.FindingCount - 1].Final = true;
        }
        Standings.Apply(work);
        work.State = !work.AnyDue ? ShiftState.Leave : !work.Final ? ShiftState.Pending : ShiftStates.OfAbsences(work);
    }

    /// <summary>The latest record of a session.</summary>
    private static HandKeptMark? Mark(ShiftWork work, int session)
    {
        HandKeptMark? latest = null;
        foreach (var mark in work.Marks)
            if ((mark.Session is null || mark.Session == session) && (latest is null || latest.Id < mark.Id))
                latest = mark;
        return latest;
    }
}
