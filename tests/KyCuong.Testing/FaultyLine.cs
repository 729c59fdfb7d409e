using System.Net;
using System.Net.Sockets;

namespace KyCuong.Testing;

/// <summary>A way along a line.</summary>
public enum LineWay
{
    /// <summary>From the kiosk to the server.</summary>
    Up,

    /// <summary>From the server to the kiosk.</summary>
    Down,
}

/// <summary>How a connection ends that is cut.</summary>
public enum LineEnd
{
    /// <summary>In order, as far as TCP knows: FIN.</summary>
    Finish,

    /// <summary>RST.</summary>
    Reset,
}

/// <summary>A cut of one connection, to the byte.</summary>
/// <param name="Way">Whose bytes are counted.</param>
/// <param name="After">Bytes passed on that way before the cut; 0 = none of them.</param>
/// <param name="End">What both ends see then.</param>
public sealed record LineCut(LineWay Way, long After, LineEnd End);

/// <summary>How a line is. Holds for every connection on it, from the moment it is set.</summary>
public sealed record LineState
{
    /// <summary>Nothing is wrong.</summary>
    public static LineState Sound { get; } = new();

    /// <summary>New connections are reset at once. Those that stand go on.</summary>
    public bool Refuses { get; init; }

    /// <summary>Nothing passes up, though connections stand and can be made: a black hole. What was held passes when that is over.</summary>
    public bool HoldsUp { get; init; }

    /// <summary>Nothing passes down.</summary>
    public bool HoldsDown { get; init; }

    /// <summary>Each piece passes so much later. One piece is under way at a time, so this slows the line as well.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bytes a second each way; 0 = no bound.</summary>
    public int BytesPerSecond { get; init; }

    internal bool Holds(LineWay way) => way == LineWay.Up ? HoldsUp : HoldsDown;
}

/// <summary>
/// A line from one kiosk to the server that a test can spoil: TCP passed on byte for byte. Cuts are exact: what stands before
/// one arrives, nothing after it does. Thread-safe.
/// </summary>
public sealed class FaultyLine : IAsyncDisposable
{
    private const int PieceBytes = 16 * 1024;

    /// <summary>Pieces a second of a line with a bound, so that it flows.</summary>
    private const int PiecesPerSecond = 20;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Passage> _passages = [];
    private readonly Queue<LineCut> _cuts = [];
    private readonly int _server;
    private readonly TimeProvider _time;
    private readonly Task _accepting;
    private TaskCompletionSource _changed = NewChange();
    private LineState _state = LineState.Sound;
    private Passage? _newest;
    private int _connections;

    /// <param name="server">The server's port on this machine.</param>
    /// <param name="time">For delays.</param>
    public FaultyLine(int server, TimeProvider time)
    {
        (_server, _time) = (server, time);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What the kiosk takes for the server.</summary>
    public string Address => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How the line is now.</summary>
    public LineState State
    {
        get
        {
            lock (_gate) return _state;
        }
        set
        {
            lock (_gate)
            {
                _state = value;
                _changed.SetResult();
                _changed = NewChange();
            }
        }
    }

    /// <summary>Connections there have been, without those that were refused.</summary>
    public int Connections
    {
        get
        {
            lock (_gate) return _connections;
        }
    }

    /// <summary>The next connection that is not refused is cut so; called again, the one after it.</summary>
    public void CutNext(LineCut cut)
    {
        lock (_gate) _cuts.Enqueue(cut);
    }

    /// <summary>Bytes passed on by the newest connection; 0 before the first.</summary>
    public long Passed(LineWay way)
    {
        lock (_gate) return _newest?.Passed(way) ?? 0;
    }

    /// <summary>Every connection that stands is cut now.</summary>
    public void Cut(LineEnd end)
    {
        foreach (var passage in Standing()) passage.End(end);
    }

    /// <summary>
    /// The server's ends close and the kiosk hears nothing of it, or the other way round: half-open, as after a power cut of
    /// one side or a router that forgot. Completes when those who hear nothing have given up by themselves.
    /// </summary>
    /// <param name="silent">The way on which nothing comes any more.</param>
    public Task StrandAsync(LineWay silent) => Task.WhenAll(Standing().Where(passage => !passage.IsStranded).Select(passage => passage.StrandAsync(silent)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        foreach (var passage in Standing()) passage.End(LineEnd.Reset);
        _stop.Dispose();
    }

    private Passage[] Standing()
    {
        lock (_gate) return [.. _passages];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var kiosk = await _listener.AcceptSocketAsync(_stop.Token);
                if (State.Refuses)
                {
                    Reset(kiosk);
                    continue;
                }

                _ = PassAsync(kiosk);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task PassAsync(Socket kiosk)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        Passage passage;
        lock (_gate)
        {
            passage = new Passage(this, kiosk, server, _cuts.TryDequeue(out var cut) ? cut : null);
            _newest = passage;
            _connections++;
            _passages.Add(passage);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            kiosk.NoDelay = server.NoDelay = true;
            await passage.RunAsync(_stop.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server is away, the line was cut, or this is the end.
            passage.End(LineEnd.Reset);
        }
        finally
        {
            lock (_gate) _passages.Remove(passage);
            passage.Over();
        }
    }

    /// <summary>The line's state once something may pass this way.</summary>
    private async Task<LineState> OpenAsync(LineWay way, CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_state.Holds(way)) return _state;
                changed = _changed.Task;
            }

            await changed.WaitAsync(stop);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        socket.Dispose();
    }

    private static void Finish(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        socket.Dispose();
    }

    /// <summary>One connection.</summary>
    private sealed class Passage(FaultyLine line, Socket kiosk, Socket server, LineCut? cut)
    {
        private long _up;
        private long _down;
        private volatile bool _stranded;
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Passed(LineWay way) => way == LineWay.Up ? Interlocked.Read(ref _up) : Interlocked.Read(ref _down);

        public bool IsStranded => _stranded;

        public void Over() => _over.TrySetResult();

        public async Task RunAsync(CancellationToken stop)
        {
            if (cut is { After: 0 })
            {
                End(cut.End);
                return;
            }

            var (up, down) = (CopyAsync(kiosk, server, LineWay.Up, stop), CopyAsync(server, kiosk, LineWay.Down, stop));
            var first = await Task.WhenAny(up, down);
            // An end that fails takes the other along; one that finishes only closes its half.
            if (!_stranded && first.IsFaulted) End(LineEnd.Reset);
            await Task.WhenAll(up, down);
            if (!_stranded) End(LineEnd.Finish);
        }

        public void End(LineEnd end)
        {
            Action<Socket> close = end == LineEnd.Reset ? Reset : Finish;
            close(kiosk);
            close(server);
        }

        public Task StrandAsync(LineWay silent)
        {
            _stranded = true;
            Reset(silent == LineWay.Down ? server : kiosk);
            return _over.Task;
        }

        private async Task CopyAsync(Socket from, Socket to, LineWay way, CancellationToken stop)
        {
            var buffer = new byte[PieceBytes];
            try
            {
                while (true)
                {
                    var state = await line.OpenAsync(way, stop);
                    var most = state.BytesPerSecond > 0 ? Math.Clamp(state.BytesPerSecond / PiecesPerSecond, 1, PieceBytes) : PieceBytes;
                    var read = await from.ReceiveAsync(buffer.AsMemory(0, most), stop);
                    if (read == 0) break;
                    if (state.Delay > TimeSpan.Zero) await Task.Delay(state.Delay, line._time, stop);
                    if (state.BytesPerSecond > 0) await Task.Delay(TimeSpan.FromSeconds((double)read / state.BytesPerSecond), line._time, stop);
                    await line.OpenAsync(way, stop);
                    var whole = cut?.Way == way ? (int)Math.Min(read, cut.After - Passed(way)) : read;
                    for (var sent = 0; sent < whole;) sent += await to.SendAsync(buffer.AsMemory(sent, whole - sent), stop);
                    var passed = way == LineWay.Up ? Interlocked.Add(ref _up, whole) : Interlocked.Add(ref _down, whole);
                    if (cut?.Way == way && passed == cut.After)
                    {
                        End(cut.End);
                        return;
                    }
                }

                if (!_stranded) to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (_stranded && e is SocketException or ObjectDisposedException)
            {
                // The end that is gone; the other one is kept and hears nothing.
                await KeepAsync(ReferenceEquals(from, kiosk) ? kiosk : server, stop);
            }
        }

        /// <summary>Takes what the silent end still sends until it closes.</summary>
        private static async Task KeepAsync(Socket silent, CancellationToken stop)
        {
            var buffer = new byte[PieceBytes];
            try
            {
                while (await silent.ReceiveAsync(buffer, stop) > 0)
                {
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It gave up, or this is the one that was closed.
            }

            silent.Dispose();
        }
    }
}
