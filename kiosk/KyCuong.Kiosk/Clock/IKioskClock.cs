namespace KyCuong.Kiosk.Clock;

/// <summary>The machine's clocks: the seam between the kiosk and time. Thread-safe.</summary>
public interface IKioskClock
{
    /// <summary>The kernel's boot id: which boot <see cref="BootTimeUs"/> counts from.</summary>
    public UInt128 BootId { get; }

    /// <summary>CLOCK_BOOTTIME, microseconds since boot.</summary>
    public long BootTimeUs { get; }

    /// <summary>The wall clock, microseconds since 1970-01-01T00:00:00Z. May be wrong.</summary>
    public long WallClockUs { get; }
}
