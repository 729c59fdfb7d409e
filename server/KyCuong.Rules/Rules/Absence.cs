namespace KyCuong.Rules;

/// <summary>
/// Vắng. "A due session without any event (everySession); in firstLast no event in the whole shift, or both ends known and
/// the session untouched." The second also holds of a session of which leave has left a part: who was there only during the
/// leave did not attend the rest. Runs before the other rules: nobody is late for a session that is absent.
/// </summary>
internal static class Absence
{
    public static void Apply(ShiftWork work, int index)
    {
        ref var session = ref work.Sessions[index];
        bool absent = session.OwnEvents == 0 ? work.Now > session.Due.End : Untouched(work, session);
        if (!absent)
            return;
        session.Absent = true;
        work.Find(FindingKind.Absence, index, 0, work.Closes, open: true);
    }

    private static bool Untouched(ShiftWork work, in SessionWork session)
    {
        int arrival = session.Arrival, departure = session.Departure;
        if (work.FirstLast)
            for (int i = work.FirstDue; i <= work.LastDue; i++)
            {
                if (work.Sessions[i].Arrival >= 0) arrival = work.Sessions[i].Arrival;
                if (work.Sessions[i].Departure >= 0) departure = work.Sessions[i].Departure;
            }
        return arrival >= 0 && departure >= 0 && (work.Events[arrival].First > session.Due.End || work.Events[departure].Last < session.Due.Start);
    }
}
