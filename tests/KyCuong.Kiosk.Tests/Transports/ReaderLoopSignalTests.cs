using KyCuong.Kiosk.Tests.Support;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using KyCuong.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Transports;

/// <summary>What the reader itself tells the officer, over a real line.</summary>
public sealed class ReaderLoopSignalTests
{
    [Fact]
    public async Task Signal_reaches_the_reader_at_once_though_nothing_is_read_and_the_newest_wins()
    {
        using var pty = new PtyPair();
        using var stop = new CancellationTokenSource();
        var events = new NoEvents();
        var protocol = new OneByteLight();
        var address = ReaderAddress.Parse("tty:" + pty.Link);
        var loop = new ReaderLoop(new ReaderLoopOptions("r1"), token => address.Open(protocol.DefaultLine, RealClock.Wall, token), protocol, events, RealClock.Wall, NullLogger<ReaderLoop>.Instance);
        loop.Indicate(ReaderSignal.OutOfService); // of a line that is not open: forgotten
        var running = loop.RunAsync(stop.Token);
        await events.IsReady.Task.WaitAsync(RealClock.Patience, RealClock.Wall);
        loop.Indicate(ReaderSignal.Recorded);
        Assert.Equal([(byte)'0'], pty.Listen(RealClock.Patience));
        loop.Indicate(ReaderSignal.Refused);
        Assert.Equal([(byte)'2'], pty.Listen(RealClock.Patience));
        await stop.CancelAsync();
        await running;
        loop.Indicate(ReaderSignal.Recorded); // after the end: nothing to wake
    }

    private sealed class NoEvents : IReaderEvents
    {
        public TaskCompletionSource IsReady { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Tap(RawRead read) => Assert.Fail("nothing was read");

        public bool IsKnown(RawRead read) => false;

        public void Refused(RefusedRead refused) => Assert.Fail("nothing was read");

        public void RefusedAgain(RefusedRead refused)
        {
        }

        public void RefusalsCounted(RefusedRead refused) => Refused(refused);

        public void Faulted(ReaderFault fault, string what, long at) => IsReady.TrySetException(new InvalidOperationException(what));

        public void Ready(long at) => IsReady.TrySetResult();
    }

    /// <summary>Says each signal as one digit.</summary>
    private sealed class OneByteLight : IReaderProtocol
    {
        public string Id => "light";

        public string Models => "";

        public string Interface => "";

        public LineSettings DefaultLine => new(9600);

        public TimeSpan Hold => TimeSpan.FromSeconds(1);

        public IReaderDriver New(ReaderOptions options, IReaderSink sink) => new Driver(sink);

        private sealed class Driver(IReaderSink sink) : IReaderDriver
        {
            public long? WakeAt => null;

            public void Opened(long t)
            {
            }

            public void Bytes(ReadOnlySpan<byte> bytes, long t)
            {
            }

            public void Tick(long t)
            {
            }

            public void Indicate(ReaderSignal signal, long t) => sink.Send([(byte)('0' + signal)]);
        }
    }
}
