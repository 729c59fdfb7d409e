namespace KyCuong.Rules;

/// <summary>The order in which a due shift is judged. Each step has its own file; a new rule is one line here.</summary>
internal static class ShiftCore
{
    /// <param name="work">Started, with its leave cuts.</param>
    /// <param name="taps">Of the window, in order, then <paramref name="trailing"/> that may be repeats of its last event.</param>
    public static void Run(ShiftWork work, ReadOnlySpan<Tap> taps, int trailing)
    {
        DueParts.Apply(work);
        EventBuilder.Apply(work, taps, trailing);
        Directions.Apply(work);
        if (work.HandKept)
        {
            HandKeptDay.Apply(work);
            return;
        }
        SessionEnds.Apply(work);
        Presence.Apply(work);
        for (int i = 0; i < work.SessionCount; i++)
        {
            if (!work.Sessions[i].IsDue)
                continue;
            Absence.Apply(work, i);
            LateArrival.Apply(work, i);
            EarlyDeparture.Apply(work, i);
            MissingTap.Apply(work, i);
            TimeOutside.Apply(work, i);
        }
        WorkThresholds.Apply(work);
        Finality.Apply(work);
        Standings.Apply(work);
        work.State = ShiftStates.Of(work);
    }
}
