using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace KyCuong.Gate;

/// <summary>A panel of the kiosk's page.</summary>
/// <param name="At">When its last byte had come, by the clock given.</param>
/// <param name="Name">Whom it names; null for nobody.</param>
/// <param name="Title">The verdict.</param>
internal readonly record struct ShownPanel(long At, string? Name, string Title);

/// <summary>
/// A page of the kiosk without a browser: one connection to <c>/events</c>, read byte by byte on a thread of its own, so that nothing of
/// ours stands between the kernel and the time it is stamped with.
/// </summary>
internal sealed class ScreenStream : IDisposable
{
    private static ReadOnlySpan<byte> TapEvent => "event: tap"u8;

    private static ReadOnlySpan<byte> Data => "data: "u8;

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly Action<ShownPanel> _shown;
    private readonly Thread _thread;
    private readonly List<byte> _line = [];
    private bool _isTap;
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _disposed;

    private ScreenStream(Socket socket, TimeProvider time, Action<ShownPanel> shown)
    {
        (_socket, _time, _shown) = (socket, time, shown);
        _thread = new Thread(Read) { IsBackground = true, Name = "page of the tests" };
        _thread.Start();
    }

    /// <summary>Completes when the kiosk has taken the stream in: it gets each panel from then on.</summary>
    public Task Joined => _joined.Task;

    /// <summary>True when the kiosk ended the stream.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Opens the stream; tries until the page is there.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="time">Stamps and waits.</param>
    /// <param name="shown">Hears of each panel, on the stream's thread.</param>
    /// <param name="cancel">Ends the trying.</param>
    public static async Task<ScreenStream> OpenAsync(int port, TimeProvider time, Action<ShownPanel> shown, CancellationToken cancel)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
                socket.Send(Encoding.ASCII.GetBytes(FormattableString.Invariant($"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n\r\n")));
                return new ScreenStream(socket, time, shown);
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancel);
            }
        }
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _socket.Dispose();
        _thread.Join();
    }

    private void Read()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (_socket.Receive(buffer) is > 0 and var count)
            {
                var at = _time.GetTimestamp();
                foreach (var b in buffer.AsSpan(0, count))
                {
                    if (b != (byte)'\n') _line.Add(b);
                    else Line(at);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Ours is closed, or the kiosk is gone.
        }

        HasEnded = true;
    }

    // Lengths of chunks, where there are any, stand on lines of their own and are none of these two.
    private void Line(long at)
    {
        var line = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line);
        if (line.StartsWith("event:"u8))
        {
            _isTap = line.SequenceEqual(TapEvent);
            _joined.TrySetResult();
        }
        else if (_isTap && line.StartsWith(Data))
        {
            using var panel = JsonDocument.Parse(line[Data.Length..].ToArray());
            _shown(new ShownPanel(at, panel.RootElement.GetProperty("name").GetString(), panel.RootElement.GetProperty("title").GetString()!));
        }

        _line.Clear();
    }
}
