using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Clock;

/// <summary>
/// When a clock sample goes into the journal: at the first meeting with the server in this run, when the estimate moved by
/// more than both say they may be off, when the wall clock was set, and otherwise every <see cref="Every"/>. Pure. Not thread-safe.
/// </summary>
public sealed class ClockSamplePolicy
{
    /// <summary>Longest time without a sample while connected.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>Movement below this is never notable, µs.</summary>
    public const long NotableUs = 5_000;

    /// <summary>What moves the wall clock by less since the last sample is its being kept right, µs. The entry bears both clocks, which records it.</summary>
    public const long WallClockUs = 500_000;

    private ClockReading? _last;
    private long _lastBootUs;
    private long _lastWallMinusBootUs;

    /// <summary>True when this estimate is to be journalled; then it counts as journalled.</summary>
    /// <param name="reading">The estimate.</param>
    /// <param name="bootUs">Its boot time.</param>
    /// <param name="wallMinusBootUs">How the wall clock stands to boot time then.</param>
    public bool IsDue(ClockReading reading, long bootUs, long wallMinusBootUs)
    {
        if (_last is { } last
            && bootUs - _lastBootUs < Every.Ticks / TimeSpan.TicksPerMicrosecond
            && Math.Abs(wallMinusBootUs - _lastWallMinusBootUs) < WallClockUs
            && Math.Abs(reading.ServerMinusBootUs - last.ServerMinusBootUs) <= Math.Max(NotableUs, reading.UncertaintyUs + last.UncertaintyUs))
            return false;
        (_last, _lastBootUs, _lastWallMinusBootUs) = (reading, bootUs, wallMinusBootUs);
        return true;
    }
}
