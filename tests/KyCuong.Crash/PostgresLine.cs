using System.Net.Sockets;
using System.Text;

namespace KyCuong.Crash;

/// <summary>When on its way through the line somebody is hit.</summary>
internal enum LineHit
{
    /// <summary>Nobody is.</summary>
    Never,

    /// <summary>Before PostgreSQL is told.</summary>
    Before,

    /// <summary>As soon as it was told.</summary>
    After,

    /// <summary>When it has answered, before the answer is heard.</summary>
    Answered,
}

/// <summary>
/// A socket of PostgreSQL through which a server and the programs that it starts speak to the real one. It counts what they say, a piece as it
/// was written each, and stops at the n-th while somebody is hit; whoever comes meanwhile is sent away, as by a PostgreSQL that is down. Thread-safe.
/// </summary>
internal sealed class PostgresLine : IAsyncDisposable
{
    private const string Name = ".s.PGSQL.5432";
    private const int Piece = 65_536;
    private const int Shown = 80;

    private readonly string _target;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private (LineHit When, int At, Func<Task> Hit) _order = (LineHit.Never, 0, () => Task.CompletedTask);
    private int _told;
    private int _orders;
    private Task _hitting = Task.CompletedTask;

    /// <param name="folder">Where its socket is made: what a connection names as its host.</param>
    /// <param name="cluster">Where PostgreSQL's is.</param>
    public PostgresLine(string folder, string cluster)
    {
        _target = Path.Combine(cluster, Name);
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, Name)));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Pieces since the last order.</summary>
    public int Told
    {
        get
        {
            lock (_gate) return _told;
        }
    }

    /// <summary>What was being said when somebody was hit, as far as it is text; empty: nobody was.</summary>
    public string First { get; private set; } = "";

    /// <summary>Completes when who was hit is down, and up again if that belongs to it; at once when nobody was.</summary>
    public Task Hit
    {
        get
        {
            lock (_gate) return _hitting;
        }
    }

    /// <summary>True once somebody was hit, or is being hit. An answer that was to hit somebody may never come.</summary>
    public bool HasHit { get; private set; }

    /// <summary>Counts anew, and hits once.</summary>
    public void Order(LineHit when, int at, Func<Task> hit)
    {
        lock (_gate) (_orders, _order, _told, _hitting, First, HasHit) = (_orders + 1, (when, at, hit), 0, Task.CompletedTask, "", false);
    }

    /// <summary>Nothing that is said from now on hits anybody; the answer to what was said may.</summary>
    public void Rest()
    {
        lock (_gate) _order.At = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true) lines.Add(ServeAsync(await _listener.AcceptAsync(_end.Token)));
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task ServeAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (near)
        using (var line = CancellationTokenSource.CreateLinkedTokenSource(_end.Token))
        {
            try
            {
                if (!Hit.IsCompleted) return;
                await far.ConnectAsync(new UnixDomainSocketEndPoint(_target), line.Token);
                var awaited = new Awaited();
                // Whichever side is gone takes the other with it.
                await await Task.WhenAny(UpAsync(near, far, awaited, line.Token), DownAsync(far, near, awaited, line.Token));
            }
            catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two was killed.
            }

            await line.CancelAsync();
        }
    }

    private async Task UpAsync(Socket near, Socket far, Awaited awaited, CancellationToken cancel)
    {
        var buffer = new byte[Piece];
        int length;
        while ((length = await near.ReceiveAsync(buffer, cancel)) > 0)
        {
            var (when, hit) = Next(buffer.AsSpan(0, length));
            if (when == LineHit.Before)
            {
                await hit();
                return;
            }

            awaited.Hit = when == LineHit.Answered ? hit : null;
            await SendAsync(far, buffer.AsMemory(0, length), cancel);
            if (when != LineHit.After) continue;
            await hit();
            return;
        }
    }

    private static async Task DownAsync(Socket far, Socket near, Awaited awaited, CancellationToken cancel)
    {
        var buffer = new byte[Piece];
        int length;
        while ((length = await far.ReceiveAsync(buffer, cancel)) > 0)
        {
            if (awaited.Hit is { } hit)
            {
                await hit();
                return;
            }

            await SendAsync(near, buffer.AsMemory(0, length), cancel);
        }
    }

    private (LineHit When, Func<Task> Hit) Next(ReadOnlySpan<byte> piece)
    {
        lock (_gate)
        {
            if (++_told != _order.At) return (LineHit.Never, _order.Hit);
            var text = new StringBuilder();
            foreach (var one in piece)
            {
                if (one is >= (byte)' ' and < 127) text.Append((char)one);
                else if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
                if (text.Length == Shown) break;
            }

            First = text.ToString();
            var order = _orders;
            return (_order.When, () => HitOnce(order));
        }
    }

    private Task HitOnce(int order)
    {
        lock (_gate)
        {
            // An answer that nobody waits for any more.
            if (order != _orders) return Task.CompletedTask;
            HasHit = true;
            return _hitting = _order.Hit();
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, cancel)..];
    }

    /// <summary>Who is hit when the answer comes; null: nobody.</summary>
    private sealed class Awaited
    {
        private volatile Func<Task>? _hit;

        public Func<Task>? Hit
        {
            get => _hit;
            set => _hit = value;
        }
    }
}
