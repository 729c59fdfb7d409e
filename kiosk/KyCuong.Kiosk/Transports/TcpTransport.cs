using System.Net.Sockets;
using KyCuong.Kiosk.Resources;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// A reader behind a serial device server, raw TCP. Keep-alive finds a server that lost its power within five seconds; nothing
/// can be flushed at opening, so the server must be set to drop what it buffered (hardware-notes/serial-device-server.md).
/// </summary>
public sealed class TcpTransport : ITransport
{
    private readonly string _name;
    private readonly Socket _socket;
    private readonly byte[] _received = new byte[TransportLimits.ReadBufferBytes];
    private readonly ManualResetEventSlim _signal = new(false);
    private Task<int>? _receiving;
    private int _from;
    private int _until;

    private TcpTransport(string name, Socket socket)
    {
        _name = name;
        _socket = socket;
    }

    /// <summary>Connects within <see cref="TransportLimits.ConnectTimeout"/>.</summary>
    /// <inheritdoc cref="OpenTransport"/>
    public static TcpTransport Open(string host, int port, TimeProvider time, CancellationToken stop)
    {
        var name = new ReaderAddress.Tcp(host, port).ToString();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var timeout = new CancellationTokenSource(TransportLimits.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            socket.ConnectAsync(host, port, either.Token).AsTask().GetAwaiter().GetResult();
            socket.NoDelay = true;
            socket.SendTimeout = (int)TransportLimits.WriteTimeout.TotalMilliseconds;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)TransportLimits.KeepAliveAfter.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            return new TcpTransport(name, socket);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TransportException(ReaderFault.NotFound, TransportText.NoAnswer(name, (int)TransportLimits.ConnectTimeout.TotalSeconds), e);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new TransportException(ReaderFault.NotFound, TransportText.CannotConnect(name, Say(e)), e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, TimeSpan wait)
    {
        if (_from == _until && !Receive(wait))
            return 0;
        var count = Math.Min(buffer.Length, _until - _from);
        _received.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[_socket.Send(bytes)..];
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }
    }

    /// <inheritdoc/>
    public void Wake() => _signal.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        // Ends a pending receive, whose continuation still sets the signal: an undisposed ManualResetEventSlim holds no handle.
        _socket.Dispose();
    }

    // One receive is always under way, so that a wait can end without it and its bytes are not lost.
    private bool Receive(TimeSpan wait)
    {
        if (_receiving is null)
        {
            _receiving = _socket.ReceiveAsync(_received.AsMemory()).AsTask();
            _ = _receiving.ContinueWith(static (done, signal) =>
            {
                _ = done.Exception;
                ((ManualResetEventSlim)signal!).Set();
            }, _signal, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        _signal.Wait(wait);
        _signal.Reset();
        if (!_receiving.IsCompleted)
            return false;
        try
        {
            (_from, _until) = (0, _receiving.GetAwaiter().GetResult());
            _receiving = null;
        }
        catch (SocketException e)
        {
            throw Lost(e);
        }

        return _until > 0 ? true : throw Lost(null);
    }

    private TransportException Lost(SocketException? e) => new(ReaderFault.Unplugged,
        e is null ? TransportText.Closed(_name) : TransportText.Lost(_name, Say(e)), e);

    private static string Say(SocketException e) => $"{e.Message} ({e.SocketErrorCode})";
}
