namespace KyCuong.Kiosk.Clock;

/// <summary>
/// The real clocks. As a <see cref="TimeProvider"/> its timestamp is the machine's boot time, so that the stamps of reader loops are
/// boot time and run through suspend; wall clock and timers are those of the provider it is given. Thread-safe.
/// </summary>
/// <param name="wall">Wall clock and timers.</param>
/// <param name="bootId">Which boot it is: <see cref="BootClock.Id"/>.</param>
public sealed class BootTimeProvider(TimeProvider wall, UInt128 bootId) : TimeProvider, IKioskClock
{
    /// <inheritdoc />
    public UInt128 BootId => bootId;

    /// <inheritdoc />
    public long BootTimeUs => BootClock.Nanoseconds() / 1000;

    /// <inheritdoc />
    public long WallClockUs => (GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => wall.LocalTimeZone;

    /// <inheritdoc />
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc />
    public override long GetTimestamp() => BootClock.Nanoseconds();

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => wall.GetUtcNow();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        wall.CreateTimer(callback, state, dueTime, period);

    /// <summary>The clocks of this boot.</summary>
    /// <exception cref="KioskException">The machine does not say which boot it is.</exception>
    public static BootTimeProvider OfThisBoot(TimeProvider wall) => new(wall, BootClock.Id());
}
