using System.Globalization;
using KyCuong.Kiosk.Native;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Clock;

/// <summary>
/// The real clocks. As a <see cref="TimeProvider"/> its timestamp is CLOCK_BOOTTIME, so that the stamps of reader loops are
/// boot time and run through suspend; wall clock and timers are those of the provider it is given. Thread-safe.
/// </summary>
/// <param name="wall">Wall clock and timers.</param>
/// <param name="bootId">The kernel's boot id.</param>
public sealed class BootTimeProvider(TimeProvider wall, UInt128 bootId) : TimeProvider, IKioskClock
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <inheritdoc />
    public UInt128 BootId => bootId;

    /// <inheritdoc />
    public long BootTimeUs => Libc.BootTimeNanoseconds() / 1000;

    /// <inheritdoc />
    public long WallClockUs => (GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => wall.LocalTimeZone;

    /// <inheritdoc />
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc />
    public override long GetTimestamp() => Libc.BootTimeNanoseconds();

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => wall.GetUtcNow();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        wall.CreateTimer(callback, state, dueTime, period);

    /// <summary>The clocks of this boot.</summary>
    /// <exception cref="KioskException">The kernel gives no boot id.</exception>
    public static BootTimeProvider OfThisBoot(TimeProvider wall)
    {
        var text = File.ReadAllText(BootIdFile).Trim().Replace("-", "", StringComparison.Ordinal);
        return UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bootId)
            ? new BootTimeProvider(wall, bootId)
            : throw new KioskException(CommandText.NoBootId(BootIdFile));
    }
}
