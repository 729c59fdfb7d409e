using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Clock;

/// <summary>
/// When a clock sample goes into the journal: at the first meeting with the server in this run, when the estimate moved by
/// more than both say they may be off, and otherwise every <see cref="Every"/>. Pure. Not thread-safe.
/// </summary>
public sealed class ClockSamplePolicy
{
    /// <summary>Longest time without a sample while connected.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>Movement below this is never notable, µs.</summary>
    public const long NotableUs = 5_000;

    private ClockReading? _last;
    private long _lastBootUs;

    /// <summary>True when this estimate is to be journalled; then it counts as journalled.</summary>
    public bool IsDue(ClockReading reading, long bootUs)
    {
        if (_last is { } last
            && bootUs - _lastBootUs < Every.Ticks / TimeSpan.TicksPerMicrosecond
            && Math.Abs(reading.ServerMinusBootUs - last.ServerMinusBootUs) <= Math.Max(NotableUs, reading.UncertaintyUs + last.UncertaintyUs))
            return false;
        (_last, _lastBootUs) = (reading, bootUs);
        return true;
    }
}
