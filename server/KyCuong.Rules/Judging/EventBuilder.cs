namespace KyCuong.Rules;

/// <summary>
/// Events: taps within <see cref="WorkSchedule.RepeatSeconds"/> of the event's first tap are one, across kiosks;
/// opposite recorded directions never merge.
/// </summary>
internal static class EventBuilder
{
    /// <param name="taps">Of the window, in order, then those after it that may be repeats of its last event.</param>
    /// <param name="trailing">How many at the end lie after the window.</param>
    public static void Apply(ShiftWork work, ReadOnlySpan<Tap> taps, int trailing)
    {
        long repeat = work.Schedule.RepeatSeconds * Instant.PerSecond;
        int inside = taps.Length - trailing;
        for (int i = 0; i < taps.Length; i++)
        {
            ref readonly var tap = ref taps[i];
            if (work.EventCount > 0 && Merges(ref work.Events[work.EventCount - 1], tap, repeat))
            {
                Merge(ref work.Events[work.EventCount - 1], tap, i);
                if (i >= inside) work.TrailingTaken++;
                continue;
            }
            if (i >= inside)
                break;
            ref var made = ref work.AddEvent();
            (made.First, made.Last) = (tap.At.Micros, tap.At.Micros);
            (made.FirstUncertainty, made.LastUncertainty) = (tap.UncertaintyMicros, tap.UncertaintyMicros);
            (made.Earliest, made.Latest) = (tap.At.Micros - tap.UncertaintyMicros, tap.At.Micros + tap.UncertaintyMicros);
            (made.FirstTap, made.LastTap) = (i, i);
            made.Use = TapUse.Between;
            Record(ref made, tap);
        }
    }

    private static bool Merges(ref EventWork current, in Tap tap, long repeat) =>
        repeat > 0
        && tap.At.Micros - current.First <= repeat
        && (tap.Direction == TapDirection.None || current.Direction == TapDirection.None || tap.Direction == current.Direction);

    private static void Merge(ref EventWork current, in Tap tap, int index)
    {
        (current.Last, current.LastUncertainty, current.LastTap) = (tap.At.Micros, tap.UncertaintyMicros, index);
        (current.Earliest, current.Latest) = (Math.Min(current.Earliest, tap.At.Micros - tap.UncertaintyMicros), Math.Max(current.Latest, tap.At.Micros + tap.UncertaintyMicros));
        if (current.Direction == TapDirection.None)
            Record(ref current, tap);
    }

    /// <summary>Step 1: fixed by the reader, or pressed by the person.</summary>
    private static void Record(ref EventWork current, in Tap tap)
    {
        if (tap.Direction == TapDirection.None)
            return;
        current.Direction = tap.Direction;
        current.Step = tap.Source == DirectionSource.Person ? DirectionStep.ByPerson : DirectionStep.ByReader;
    }
}
