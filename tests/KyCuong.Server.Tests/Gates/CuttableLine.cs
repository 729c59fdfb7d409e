using System.Net;
using System.Net.Sockets;

namespace KyCuong.Server.Tests.Gates;

/// <summary>A line from one kiosk to the server that a test can cut and mend: TCP passed on byte for byte. Thread-safe.</summary>
internal sealed class CuttableLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _ends = [];
    private readonly int _server;
    private readonly Task _accepting;
    private bool _cut;

    /// <param name="server">The server's port.</param>
    public CuttableLine(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What the kiosk takes for the server.</summary>
    public string Address => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Every connection breaks off, and new ones end at once.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _cut = true;
            foreach (var end in _ends) end.Dispose();
            _ends.Clear();
        }
    }

    /// <summary>The next connection goes through.</summary>
    public void Mend()
    {
        lock (_gate) _cut = false;
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task PassAsync(Socket kiosk)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_gate)
        {
            if (_cut)
            {
                kiosk.Dispose();
                server.Dispose();
                return;
            }

            _ends.AddRange([kiosk, server]);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            await Task.WhenAny(CopyAsync(kiosk, server), CopyAsync(server, kiosk));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server is away, or the line was cut.
        }

        kiosk.Dispose();
        server.Dispose();
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Over, which ends both ways.
        }
    }
}
