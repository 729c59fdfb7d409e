using System.Net;
using System.Net.Sockets;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Transports;

public sealed class TcpTransportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

#pragma warning disable RS0030 // A test host chooses the clock: real sockets run on real time.
    private static readonly TimeProvider Time = TimeProvider.System;
#pragma warning restore RS0030

    [Fact]
    public async Task Host_that_does_not_answer_is_given_up_and_the_sentence_says_where_to_look()
    {
        using var mute = new MuteHost();
        await mute.FillAsync();
        var e = Assert.Throws<TransportException>(() => TcpTransport.Open("127.0.0.1", mute.Port, Time, CancellationToken.None));
        Assert.Equal(ReaderFault.NotFound, e.Fault);
        Assert.Contains("không trả lời trong 1 giây; hãy kiểm tra bộ chuyển đổi", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_to_connect_ends_when_told_to_stop()
    {
        using var mute = new MuteHost();
        await mute.FillAsync();
        using var stop = new CancellationTokenSource();
        var opening = Task.Run(() => TcpTransport.Open("127.0.0.1", mute.Port, new FrozenTime(), stop.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Patience));
    }

    [Fact]
    public void Name_that_does_not_exist_is_a_reader_that_is_not_there()
    {
        var e = Assert.Throws<TransportException>(() => TcpTransport.Open("no-such-reader.invalid", 4001, Time, CancellationToken.None));
        Assert.Equal(ReaderFault.NotFound, e.Fault);
    }

    [Fact]
    public async Task Waiting_read_is_woken_and_loses_no_byte()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = TcpTransport.Open("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, new FrozenTime(), CancellationToken.None);
        using var far = await listener.AcceptSocketAsync();
        // No time ends these reads, so it is the wake that ended the first one, however slow the machine is.
        var reading = Task.Factory.StartNew(() => transport.Read(new byte[16], Timeout.InfiniteTimeSpan), TaskCreationOptions.LongRunning);
        transport.Wake();
        Assert.Equal(0, await reading);

        await far.SendAsync(Frames.A);
        var got = new List<byte>();
        var buffer = new byte[5]; // smaller than the packet
        while (got.Count < Frames.A.Length)
            got.AddRange(buffer.AsSpan(0, transport.Read(buffer, Timeout.InfiniteTimeSpan)));
        Assert.Equal(Frames.A, got);
    }

    [Fact]
    public async Task What_is_written_arrives()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = TcpTransport.Open("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, new FrozenTime(), CancellationToken.None);
        using var far = await listener.AcceptSocketAsync();
        transport.Write(Frames.A);
        var buffer = new byte[Frames.A.Length];
        await using var stream = new NetworkStream(far);
        await stream.ReadExactlyAsync(buffer);
        Assert.Equal(Frames.A, buffer);
    }

    /// <summary>Time in which no timeout ever comes.</summary>
    private sealed class FrozenTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    /// <summary>A host whose queue of connections is full: it drops what more comes, like one that is switched off.</summary>
    private sealed class MuteHost : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _clients = [];

        public MuteHost()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public async Task FillAsync()
        {
            for (var i = 0; i < 8; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _clients.Add(client);
                using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), Time);
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, Port, enough.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            Assert.Fail("the queue did not fill up");
        }

        public void Dispose()
        {
            _clients.ForEach(c => c.Dispose());
            _listener.Dispose();
        }
    }
}
