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
        long beforeNext = after < 0 ? long.MaxValue : work.Sessions[after].Due.Start;
        var due = session.Due;

        int from = 0;
        while (from < work.EventCount && work.Events[from].First <= afterPrevious && work.Events[from].First < due.Start)
            from++;
        int to = from;
        while (to < work.EventCount && (work.Events[to].First < beforeNext || work.Events[to].First <= due.End))
        {
            ref readonly var current = ref work.Events[to];
            if (current.First < due.Start ? current.IsIn : current.First <= due.End || current.IsOut)
                session.OwnEvents++;
            to++;
        }
        (session.Arrival, session.Departure) = Ends(work, from, to, due);
    }

    /// <summary>The same over the whole shift; a last event that is an in leaves the departure missing.</summary>
    private static void Shift(ShiftWork work)
    {
        var due = new Stretch(work.Sessions[work.FirstDue].Due.Start, work.Sessions[work.LastDue].Due.End);
        var (arrival, departure) = Ends(work, 0, work.EventCount, due);
        if (work.EventCount > 0 && work.Events[work.EventCount - 1].IsIn)
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
            work.Sessions[i].OwnEvents = work.EventCount;
        work.Sessions[first].AsksArrival = true;
        work.Sessions[first].Arrival = arrival;
        work.Sessions[last].AsksDeparture = true;
        work.Sessions[last].Departure = departure;
    }

    /// <summary>
    /// Arrival: the first in that is not followed by an out before the start. Departure: the last out that is not followed
    /// by an in before the end.
    /// </summary>
    private static (int Arrival, int Departure) Ends(ShiftWork work, int from, int to, Stretch due)
    {
        int lastOutBeforeStart = from - 1, lastInBeforeEnd = from - 1;
        for (int i = from; i < to; i++)
        {
            ref readonly var current = ref work.Events[i];
            if (current.IsOut && current.First < due.Start) lastOutBeforeStart = i;
            if (current.IsIn && current.First < due.End) lastInBeforeEnd = i;
        }
        int arrival = -1, departure = -1;
        for (int i = lastOutBeforeStart + 1; i < to && arrival < 0; i++)
            if (work.Events[i].IsIn && work.Events[i].First <= due.End)
                arrival = i;
        for (int i = to - 1; i > lastInBeforeEnd && departure < 0; i--)
            if (work.Events[i].IsOut && work.Events[i].First >= due.Start)
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
