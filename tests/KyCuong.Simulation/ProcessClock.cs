using KyCuong.Kiosk.Clock;

namespace KyCuong.Simulation;

/// <summary>The clocks of one machine from one start to the next: an oscillator that drifts, and a wall clock that somebody sets.</summary>
/// <param name="world">True time.</param>
/// <param name="bootId">Of this start.</param>
/// <param name="driftPpm">How much faster its oscillator runs.</param>
internal sealed class MachineClock(World world, UInt128 bootId, double driftPpm)
{
    private const long BootTakesUs = 4_000_000;
    private readonly long _startedUs = world.NowUs;

    /// <summary>Which start.</summary>
    public UInt128 BootId => bootId;

    /// <summary>Since the start, µs, as the oscillator counts.</summary>
    public long BootTimeUs => BootTakesUs + (long)((world.NowUs - _startedUs) * (1 + (driftPpm / 1e6)));

    /// <summary>Wall clock minus true time, µs.</summary>
    public long WallErrorUs { get; set; }
}

/// <summary>A process's view of its machine's clocks, and its timers, which die with it.</summary>
internal sealed class ProcessClock(World world, SimProcess process, MachineClock machine) : TimeProvider, IKioskClock
{
    /// <inheritdoc/>
    public UInt128 BootId => machine.BootId;

    /// <inheritdoc/>
    public long BootTimeUs => machine.BootTimeUs;

    /// <inheritdoc/>
    public long WallClockUs => world.NowUs + machine.WallErrorUs;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000;

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.BootTimeUs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(WallClockUs);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ProcessClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _version;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan) Arm(dueTime);
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due)
        {
            var version = _version;
            clock.World.After(due, () =>
            {
                if (version != _version || clock.Process.Dead) return;
                if (_period > TimeSpan.Zero) Arm(_period);
                callback(state);
            });
        }
    }

    private World World => world;

    private SimProcess Process => process;
}
