using System.Net;
using System.Net.Sockets;

namespace KyCuong.Server.Features.Demo;

/// <summary>
/// A reader behind a serial device server: listens on a free port of the loopback, and what is written goes to whoever
/// is connected, as bytes on the line. One caller at a time.
/// </summary>
internal sealed class SerialDeviceServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private TaskCompletionSource<Socket> _caller = New();

    public SerialDeviceServer()
    {
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How a kiosk's configuration names it.</summary>
    public string Address => $"tcp://{_listener.LocalEndpoint}";

    /// <summary>Completes when a kiosk is connected.</summary>
    public Task ConnectedAsync(CancellationToken cancel) => _caller.Task.WaitAsync(cancel);

    /// <summary>Puts bytes on the line.</summary>
    /// <exception cref="SocketException">The caller went, or another took its place, before all of them were sent.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var socket = await _caller.Task.WaitAsync(cancel);
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, cancel)..];
        }
        catch (ObjectDisposedException)
        {
            throw new SocketException((int)SocketError.ConnectionAborted);
        }
    }

    private static TaskCompletionSource<Socket> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                if (!_caller.TrySetResult(socket))
                {
                    // The newest caller is the one there is, as with a device server that serves one connection.
                    (await _caller.Task).Dispose();
                    _caller = New();
                    _caller.SetResult(socket);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        if (_caller.Task.IsCompletedSuccessfully) (await _caller.Task).Dispose();
        _stop.Dispose();
    }
}
