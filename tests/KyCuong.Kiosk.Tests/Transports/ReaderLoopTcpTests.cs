using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class ReaderLoopTcpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Frames_in_any_packets_are_taps()
    {
        using var box = new Box();
        await using var reader = new RunningReader(box.Address, hold: RunningReader.Endless, silence: RunningReader.Endless);
        using var line = await box.AcceptAsync();
        reader.Expect("ready");
        foreach (var b in Frames.A)
            await line.SendAsync(new[] { b });
        reader.Expect("tap " + Frames.CardA);
        await line.SendAsync(Frames.A.Concat(Frames.A).Concat(Frames.B.Take(3)).ToArray());
        await line.SendAsync(Frames.B.Skip(3).ToArray());
        reader.Expect("tap " + Frames.CardB);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Scanner_repeating_a_badge_is_one_tap()
    {
        using var box = new Box();
        await using var reader = new RunningReader(box.Address, "line-scanner", hold: RunningReader.Endless);
        using var line = await box.AcceptAsync();
        reader.Expect("ready");
        for (var i = 0; i < 50; i++)
            await line.SendAsync(Encoding.ASCII.GetBytes(Frames.Badge + "\r\n"));
        reader.Expect("tap " + Frames.Badge);
        await line.SendAsync("KC1:0123456789ABCDE4\r\n"u8.ToArray());
        reader.Expect("tap KC1:0123456789ABCDE4");
        await reader.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closed_connection_is_one_fault_and_the_half_frame_is_lost(bool reset)
    {
        using var box = new Box();
        await using var reader = new RunningReader(box.Address);
        using (var line = await box.AcceptAsync())
        {
            reader.Expect("ready");
            await line.SendAsync(Frames.A.AsMemory(0, 7));
            if (reset)
                line.LingerState = new LingerOption(true, 0);
        }

        reader.Expect("fault Unplugged");
        using var again = await box.AcceptAsync();
        reader.Expect("ready");
        await again.SendAsync(Frames.A.Skip(7).Concat(Frames.B).ToArray());
        reader.Expect("tap " + Frames.CardB);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Box_that_is_off_is_said_once_and_used_when_it_answers()
    {
        using var box = new Box(on: false);
        await using var reader = new RunningReader(box.Address);
        reader.Expect("fault NotFound");
        Assert.Contains(box.Address, reader.LastSentence, StringComparison.Ordinal);
        box.On();
        using var line = await box.AcceptAsync();
        reader.Expect("ready");
        await reader.StopAsync();
    }

    [Fact]
    public async Task Box_that_drops_each_connection_at_once_is_one_lasting_fault()
    {
        using var box = new Box();
        await using var reader = new RunningReader(box.Address, settle: TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++)
            (await box.AcceptAsync()).Dispose();
        reader.Expect("fault Unplugged");

        // What proves the line is a good read, at once.
        using var line = await box.AcceptAsync();
        await line.SendAsync(Frames.A);
        reader.Expect("ready");
        reader.Expect("tap " + Frames.CardA);
        await reader.StopAsync();
    }

    /// <summary>A serial device server, on a port of its own on this machine.</summary>
    private sealed class Box : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        // Bound at once, so that nobody else gets the port; a bound port that does not listen refuses connections.
        public Box(bool on = true)
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Address = $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}";
            if (on)
                On();
        }

        public string Address { get; }

        public void On() => _listener.Listen();

        // Yields: a test that then waits by blocking would hold the socket engine's own thread, and the reader's connection with it.
        public async Task<Socket> AcceptAsync()
        {
            var line = await _listener.AcceptAsync().WaitAsync(Patience);
            await Task.Yield();
            return line;
        }

        public void Dispose() => _listener.Dispose();
    }
}
