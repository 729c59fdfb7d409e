using KyCuong.Kiosk.Clock;

namespace KyCuong.Time.Model;

/// <summary>
/// A machine whose clocks are known to be wrong: its boot clock runs at a rate of its own, its wall clock says what it was set to. True time
/// is moved by hand. Exact: no rounding adds up. Not thread-safe.
/// </summary>
internal sealed class SimulatedMachine : IKioskClock
{
    private const long Million = 1_000_000;

    // Boot time in millionths of a microsecond, so that a rate of whole parts per million is exact.
    private Int128 _boot;
    private long _since;
    private long _wallMinusBootUs;

    /// <summary>True time, µs since 1970.</summary>
    public long NowUs { get; private set; }

    /// <summary>How much faster than true time the boot clock runs, parts per million.</summary>
    public int Ppm { get; private set; }

    /// <inheritdoc/>
    public UInt128 BootId { get; private set; }

    /// <inheritdoc/>
    public long BootTimeUs => (long)(BootAt(NowUs) / Million);

    /// <inheritdoc/>
    public long WallClockUs => BootTimeUs + _wallMinusBootUs;

    /// <summary>True time goes on.</summary>
    public void Advance(long us) => NowUs = checked(NowUs + us);

    /// <summary>Starts anew: boot time counts from here.</summary>
    /// <param name="nowUs">True time.</param>
    /// <param name="bootId">Its name.</param>
    /// <param name="wallClockUs">What the wall clock says: 1970 without a battery.</param>
    /// <param name="sinceBootUs">How long ago the kernel began to count.</param>
    public void Boot(long nowUs, UInt128 bootId, long wallClockUs, long sinceBootUs)
    {
        (NowUs, _since, _boot, BootId) = (nowUs, nowUs, (Int128)sinceBootUs * Million, bootId);
        SetWallClock(wallClockUs);
    }

    /// <summary>The oscillator runs at another rate from here.</summary>
    public void Drift(int ppm)
    {
        (_boot, _since) = (BootAt(NowUs), NowUs);
        Ppm = ppm;
    }

    /// <summary>Somebody or something sets the wall clock.</summary>
    public void SetWallClock(long us) => _wallMinusBootUs = us - BootTimeUs;

    private Int128 BootAt(long trueUs) => _boot + (Int128)(trueUs - _since) * (Million + Ppm);
}
