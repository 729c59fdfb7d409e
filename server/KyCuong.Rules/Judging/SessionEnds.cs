namespace KyCuong.Rules;

/// <summary>Which event is the arrival and which the departure, of each session or (first-and-last mode) of the shift.</summary>
internal static class SessionEnds
{
    public static void Apply(ShiftWork work)
    {
        if (!work.AnyDue)
            WithoutDue(work);
        else if (work.FirstLast)
            Shift(work);
        else
            for (int i = work.FirstDue; i <= work.LastDue; i++)
                if (work.Sessions[i].IsDue)
                    Session(work, i);
        Mark(work);
    }

    private static void Session(ShiftWork work, int index)
    {
        ref var session = ref work.Sessions[index];
        (session.AsksArrival, session.AsksDeparture) = (true, true);
        int before = work.DueBefore(index), after = work.DueAfter(index);
        long afterPrevious = before < 0 ? long.MinValue : work.Sessions[before].Due.End;
        long beforeNext = after < 0 ? long.MaxValue : work.Sessions[after].Whole.Start;
        var (whole, due) = (session.Whole, session.Due);

        int from = 0;
        while (from < work.EventCount && work.Events[from].First <= afterPrevious && work.Events[from].First < whole.Start)
            from++;
        int to = from;
        while (to < work.EventCount && (work.Events[to].First < beforeNext || work.Events[to].First <= due.End))
            to++;
        session.OwnEvents = Own(work, from, to, whole.Start, due.End);
        if (session.OwnEvents > 0)
            (session.Arrival, session.Departure) = Ends(work, from, to, whole.Start, due.End);
    }

    /// <summary>The same over the whole shift; a last event that is an in leaves the departure missing.</summary>
    private static void Shift(ShiftWork work)
    {
        long start = work.Sessions[0].Whole.Start, end = work.Sessions[work.LastDue].Due.End;
        int own = Own(work, 0, work.EventCount, start, end);
        if (own == 0)
            return;
        var (arrival, departure) = Ends(work, 0, work.EventCount, start, end);
        if (work.Events[work.EventCount - 1].IsIn)
            departure = -1;

        // A session the stretch does not touch is absent (Absence), so the ends are asked of the first and last touched.
        int first = work.FirstDue, last = work.LastDue;
        if (arrival >= 0 && departure >= 0)
        {
            while (first != work.LastDue && work.Events[arrival].First > work.Sessions[first].Due.End)
                first = work.DueAfter(first);
            while (last != work.FirstDue && work.Events[departure].Last < work.Sessions[last].Due.Start)
                last = work.DueBefore(last);
        }
        for (int i = work.FirstDue; i <= work.LastDue; i++)
            work.Sessions[i].OwnEvents = own;
        work.Sessions[first].AsksArrival = true;
        work.Sessions[first].Arrival = arrival;
        work.Sessions[last].AsksDeparture = true;
        work.Sessions[last].Departure = departure;
    }

    /// <summary>
    /// Events of a session: inside it, an in before it that no out undoes before the start, an out after it that does not
    /// end a visit begun after the end. Who came and went while the session was not on has no event in it.
    /// </summary>
    /// <param name="start">As scheduled: leave that moves the limit does not undo an arrival.</param>
    /// <param name="end">Of what is due.</param>
    private static int Own(ShiftWork work, int from, int to, long start, long end)
    {
        int own = 0, before = 0;
        bool cameAfter = false;
        for (int i = from; i < to; i++)
        {
            ref readonly var current = ref work.Events[i];
            if (current.First < start)
                before = current.IsIn ? before + 1 : 0;
            else if (current.First <= end)
                own++;
            else if (current.IsIn)
                cameAfter = true;
            else if (!cameAfter)
                own++;
        }
        return own + before;
    }

    /// <summary>
    /// Arrival: the first in that is not followed by an out before the start. Departure: the last out that is not followed
    /// by an in before the end.
    /// </summary>
    private static (int Arrival, int Departure) Ends(ShiftWork work, int from, int to, long start, long end)
    {
        int lastOutBeforeStart = from - 1, lastInBeforeEnd = from - 1;
        for (int i = from; i < to; i++)
        {
            ref readonly var current = ref work.Events[i];
            if (current.IsOut && current.First < start) lastOutBeforeStart = i;
            if (current.IsIn && current.First < end) lastInBeforeEnd = i;
        }
        int arrival = -1, departure = -1;
        for (int i = lastOutBeforeStart + 1; i < to && arrival < 0; i++)
            if (work.Events[i].IsIn && work.Events[i].First <= end)
                arrival = i;
        for (int i = to - 1; i > lastInBeforeEnd && departure < 0; i--)
            if (work.Events[i].IsOut && work.Events[i].First >= start)
                departure = i;
        return (arrival, departure);
    }

    /// <summary>On leave altogether: who came all the same was there from the first in to the last out; nothing is asked.</summary>
    private static void WithoutDue(ShiftWork work)
    {
        int arrival = -1, departure = -1;
        for (int i = 0; i < work.EventCount; i++)
        {
            if (work.Events[i].IsIn && arrival < 0) arrival = i;
            if (work.Events[i].IsOut && arrival >= 0) departure = i;
        }
        if (departure >= 0)
            (work.Sessions[0].Arrival, work.Sessions[work.SessionCount - 1].Departure) = (arrival, departure);
    }

    private static void Mark(ShiftWork work)
    {
        for (int i = 0; i < work.SessionCount; i++)
        {
            if (work.Sessions[i].Arrival is >= 0 and var arrival) work.Events[arrival].Use = TapUse.Arrival;
            if (work.Sessions[i].Departure is >= 0 and var departure) work.Events[departure].Use = TapUse.Departure;
        }
    }
}
