using KyCuong.Kiosk.Transports;
using KyCuong.Readers;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class ReaderLoopStopTests
{
    [Fact]
    public async Task Stop_wakes_a_line_that_is_silent_and_closes_it()
    {
        using var line = new SilentLine();
        using var stop = new CancellationTokenSource();
        var running = Loop(_ => line).RunAsync(stop.Token);
        Assert.True(await line.Reading.WaitAsync(SilentLine.Patience));
        await stop.CancelAsync();
        await running;
        Assert.True(line.WasWoken);
        Assert.True(line.IsClosed);
    }

    [Fact]
    public async Task Mistake_of_ours_ends_the_loop_and_is_not_swallowed()
    {
        using var stop = new CancellationTokenSource();
        var running = Loop(_ => throw new InvalidOperationException("a bug")).RunAsync(stop.Token);
        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
    }

    private static ReaderLoop Loop(OpenTransport open)
    {
#pragma warning disable RS0030 // A test host chooses the clock.
        var time = TimeProvider.System;
#pragma warning restore RS0030
        return new ReaderLoop(new ReaderLoopOptions("r1"), open, ReaderCatalog.Find("rdm6300")!, new Deaf(), time, NullLogger<ReaderLoop>.Instance);
    }

    /// <summary>A line whose reads end only by being woken.</summary>
    private sealed class SilentLine : ITransport
    {
        public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly ManualResetEventSlim _woken = new();

        public SemaphoreSlim Reading { get; } = new(0);

        public bool WasWoken => _woken.IsSet;

        public bool IsClosed { get; private set; }

        public int Read(Span<byte> buffer, TimeSpan wait)
        {
            Reading.Release();
            _woken.Wait(Patience);
            return 0;
        }

        public void Write(ReadOnlySpan<byte> bytes) => Assert.Fail("nobody writes here");

        public void Wake() => _woken.Set();

        public void Dispose() => IsClosed = true;
    }

    private sealed class Deaf : IReaderEvents
    {
        public void Tap(RawRead read) => Assert.Fail("nobody tapped");

        public bool IsKnown(RawRead read) => false;

        public void Refused(RefusedRead refused) => Assert.Fail("nothing came");

        public void RefusedAgain(RefusedRead refused)
        {
        }

        public void RefusalsCounted(RefusedRead refused) => Refused(refused);

        public void Faulted(ReaderFault fault, string what, long at) => Assert.Fail(what);

        public void Ready(long at)
        {
        }
    }
}
