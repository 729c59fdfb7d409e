namespace KyCuong.Rules;

/// <summary>
/// Worked: presence inside due time. Present: all presence less the gaps between sessions. Both less the pairs out → in.
/// A session (in first-and-last mode the shift) with a missing end gives nothing.
/// </summary>
internal static class Presence
{
    public static void Apply(ShiftWork work)
    {
        if (work.EventCount < 2)
            return;
        if (work.FirstLast || !work.AnyDue)
        {
            int arrival = -1, departure = -1;
            for (int i = 0; i < work.SessionCount; i++)
            {
                if (work.Sessions[i].Arrival >= 0) arrival = work.Sessions[i].Arrival;
                if (work.Sessions[i].Departure >= 0) departure = work.Sessions[i].Departure;
            }
            Add(work, arrival, departure, 0, work.SessionCount - 1);
        }
        else
        {
            for (int i = 0; i < work.SessionCount; i++)
                Add(work, work.Sessions[i].Arrival, work.Sessions[i].Departure, i, i);
        }
    }

    private static void Add(ShiftWork work, int arrival, int departure, int firstSession, int lastSession)
    {
        if (arrival < 0 || departure < 0)
            return;
        Count(work, new Stretch(work.Events[arrival].First, work.Events[departure].Last), firstSession, lastSession, 1);
        for (int i = arrival; i < departure; i++)
            if (work.Events[i].IsOut && work.Events[i + 1].IsIn)
                Count(work, new Stretch(work.Events[i].Last, work.Events[i + 1].First), firstSession, lastSession, -1);
    }

    private static void Count(ShiftWork work, Stretch there, int firstSession, int lastSession, int sign)
    {
        long present = there.Length;
        for (int i = 0; i + 1 < work.SessionCount; i++)
            present -= there.Within(work.Sessions[i].Whole.End, work.Sessions[i + 1].Whole.Start).Length;
        work.PresentMicros += sign * present;
        for (int i = firstSession; i <= lastSession; i++)
        {
            ref readonly var session = ref work.Sessions[i];
            for (int part = session.PartFrom; part < session.PartFrom + session.PartCount; part++)
                work.WorkedMicros += sign * there.Within(work.Parts[part].Start, work.Parts[part].End).Length;
        }
    }
}
