using Grpc.Core;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>How soon what people did to a kiosk reaches its open stream, by a clock that stands still until it is moved.</summary>
public sealed class KioskWatcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_revoked_kiosk_is_found_at_the_next_look_and_two_looks_are_sooner_than_the_limit()
    {
        // At worst a look had just read, and the one after it takes as long as the time between two.
        Assert.True(2 * KioskBounds.WatchInterval <= KioskBounds.RevocationLimit, $"looks every {KioskBounds.WatchInterval}");
        Assert.True(KioskBounds.RevocationLimit <= TimeSpan.FromSeconds(5));

        await using var files = new TestStore();
        var agency = await files.AddAgencyAsync(RunningServer.Agency);
        var rows = new[] { "CONG-CHINH", "CONG-PHU" }.Select(code => new KioskRow { AgencyId = agency, Code = code, Name = code, State = KioskState.Enrolled }).ToArray();
        await files.WriteAsync(db => db.Kiosks.AddRange(rows));
        var clock = new TickingClock();
        var sessions = new KioskSessions();
        var (revoked, kept) = (Begin(rows[0]), Begin(rows[1]));
        using var watcher = new KioskWatcher(files.Store, sessions, new RosterSource(files.Store, clock), clock, NullLogger<KioskWatcher>.Instance);
        await watcher.StartAsync(CancellationToken.None);

        // The first look has been done when it has told the streams of their roster, as it does once.
        await clock.TickAsync();
        await kept.Refreshes.ReadAsync().AsTask().WaitAsync(Patience);
        await revoked.Refreshes.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Null(revoked.Why);

        await new KioskAdministration(files.Store, clock).EndAsync(RunningServer.Agency, "CONG-CHINH", KioskState.Revoked, CancellationToken.None);
        await clock.TickAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (revoked.Ended.Register(ended.SetResult)) await ended.Task.WaitAsync(Patience);
        Assert.Equal(StatusCode.PermissionDenied, revoked.Why?.StatusCode);
        Assert.Null(kept.Why);
        Assert.Equal(KioskBounds.WatchInterval, clock.Period);
        await watcher.StopAsync(CancellationToken.None);

        KioskSession Begin(KioskRow row) => sessions.Begin(new KioskIdentity(agency, RunningServer.Agency, row.KioskId, row.Code, Convert.ToHexString(new byte[32]), long.MaxValue), "1.0");
    }

    /// <summary>Stands still; its one timer fires when it is told to, once a period.</summary>
    private sealed class TickingClock : TimeProvider
    {
        private static readonly DateTimeOffset Begun = new(2026, 5, 13, 0, 0, 0, TimeSpan.Zero);
        private readonly TaskCompletionSource<TimerCallback> _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private object? _state;
        private int _ticks;

        /// <summary>Of the timer.</summary>
        public TimeSpan Period { get; private set; }

        public override DateTimeOffset GetUtcNow() => Begun + (_ticks * Period);

        /// <summary>Moves it to when the timer fires next.</summary>
        public async Task TickAsync()
        {
            var fire = await _made.Task.WaitAsync(Patience);
            _ticks++;
            fire(_state);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(dueTime, period);
            (Period, _state) = (period, state);
            _made.SetResult(callback);
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
