namespace KyCuong.Rules;

/// <summary>The direction of each event whose direction nobody recorded: steps 2–5 of design section 6, in that order.</summary>
internal static class Directions
{
    public static void Apply(ShiftWork work)
    {
        if (work.EventCount == 0)
            return;
        // On leave altogether nothing is due; the hours as scheduled still tell coming from going.
        int first = work.AnyDue ? work.FirstDue : 0, last = work.AnyDue ? work.LastDue : work.SessionCount - 1;
        long start = Span(work, first).Start, end = Span(work, last).End;
        for (int i = 0; i < work.EventCount; i++)
        {
            ref var current = ref work.Events[i];
            if (current.Direction != TapDirection.None)
                continue;
            if (current.First <= start)
                (current.Direction, current.Step) = (TapDirection.In, DirectionStep.BeforeStart);
            else if (current.First >= end)
                (current.Direction, current.Step) = (TapDirection.Out, DirectionStep.AfterEnd);
            else
                Within(work, i, first, last);
        }
    }

    private static void Within(ShiftWork work, int index, int first, int last)
    {
        ref var current = ref work.Events[index];
        var shift = new Stretch(Span(work, first).Start, Span(work, last).End);
        var (before, after) = Around(work, current.First, first, last);

        if (work.EventCount == 1)
        {
            current.Direction = work.FirstLast ? Nearer(current.First, shift.Start, shift.End)
                : after is { } next ? Nearer(current.First, next.Start, before.End)
                : Nearer(current.First, before.Start, before.End);
            (current.Step, current.Inferred) = (DirectionStep.OnlyEvent, true);
            // As the first of several it would be read by step 4 or 5.
            var amongOthers = after is { } beyond ? Nearer(current.First, beyond.Start, before.End) : TapDirection.In;
            current.TurnsAmongOthers = current.Direction != amongOthers;
        }
        else if (after is { } next)
        {
            current.Direction = Nearer(current.First, next.Start, before.End);
            current.Step = DirectionStep.InGap;
        }
        else
        {
            bool previousIn = index > 0 && work.Events[index - 1].IsIn;
            current.Direction = previousIn ? TapDirection.Out : TapDirection.In;
            current.Step = DirectionStep.ByPrevious;
            var session = work.FirstLast ? shift : before;
            bool isFirst = index == 0 || (!work.FirstLast && !previousIn && work.Events[index - 1].First < session.Start);
            current.Inferred = isFirst && current.First - session.Start > session.End - current.First;
        }
    }

    /// <summary>
    /// The session an instant lies in (then no second), or the two around the gap it lies in. The gap is asked first (step 4
    /// before 5) and has both its edges, so that a tap on the minute does not turn round because the one before was forgotten.
    /// </summary>
    private static (Stretch Before, Stretch? After) Around(ShiftWork work, long at, int first, int last)
    {
        var before = Span(work, first);
        for (int i = first; i <= last; i++)
        {
            if (work.AnyDue && !work.Sessions[i].IsDue)
                continue;
            var span = Span(work, i);
            if (at <= span.Start && before.End < span.Start)
                return (before, span);
            if (at < span.End)
                return (span, null);
            before = span;
        }
        return (before, null);
    }

    private static Stretch Span(ShiftWork work, int session) =>
        work.Sessions[session].IsDue ? work.Sessions[session].Due : work.Sessions[session].Whole;

    /// <summary>In when the end where people come in is nearer; a tie is in.</summary>
    private static TapDirection Nearer(long at, long comesIn, long goesOut) =>
        Math.Abs(at - comesIn) <= Math.Abs(at - goesOut) ? TapDirection.In : TapDirection.Out;
}
