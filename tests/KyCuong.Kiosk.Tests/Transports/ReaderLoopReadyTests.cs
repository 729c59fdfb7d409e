using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class ReaderLoopReadyTests
{
    [Theory]
    [InlineData(300)]
    [InlineData(900)]
    [InlineData(5_000)]
    public async Task Line_is_ready_when_it_has_settled_whatever_comes_on_it_meanwhile(int noiseEveryMs)
    {
        var options = new ReaderLoopOptions("r1");
        var line = new NoisyLine(TimeSpan.FromMilliseconds(noiseEveryMs));
        var ready = new Ready();
        using var stop = new CancellationTokenSource();
        var running = new ReaderLoop(options, _ => line, ReaderCatalog.Find("rdm6300")!, ready, line, NullLogger<ReaderLoop>.Instance).RunAsync(stop.Token);
        var at = await ready.At.WaitAsync(RealClock.Patience, RealClock.Wall);
        await stop.CancelAsync();
        await running;
        Assert.Equal(options.Settle, TimeSpan.FromMicroseconds(at));
    }

    /// <summary>A line with a byte of noise now and then; it waits by moving its own clock.</summary>
    private sealed class NoisyLine(TimeSpan every) : TimeProvider, ITransport
    {
        private long _now;
        private long _noiseAt = every.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public int Read(Span<byte> buffer, TimeSpan wait)
        {
            var until = Math.Min(_now + wait.Ticks, _noiseAt);
            Interlocked.Exchange(ref _now, until);
            if (until < _noiseAt) return 0;
            _noiseAt += every.Ticks;
            buffer[0] = (byte)'x';
            return 1;
        }

        public void Write(ReadOnlySpan<byte> bytes) => Assert.Fail("nobody writes here");

        public void Wake()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Ready : IReaderEvents
    {
        private readonly TaskCompletionSource<long> _at = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> At => _at.Task;

        void IReaderEvents.Ready(long at) => _at.TrySetResult(at);

        public void Tap(RawRead read) => Assert.Fail("nobody tapped");

        public bool IsKnown(RawRead read) => false;

        public void Refused(RefusedRead refused)
        {
        }

        public void RefusedAgain(RefusedRead refused)
        {
        }

        public void RefusalsCounted(RefusedRead refused)
        {
        }

        public void Faulted(ReaderFault fault, string what, long at)
        {
        }
    }
}
