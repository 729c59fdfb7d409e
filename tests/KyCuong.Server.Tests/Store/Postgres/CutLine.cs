using System.Net.Sockets;
using Npgsql;

namespace KyCuong.Server.Tests.Store.Postgres;

/// <summary>
/// A line to PostgreSQL that breaks at the worst moment: when a commit is on its way, or when its answer is. Stands between
/// server and database as a Unix socket of its own.
/// </summary>
internal sealed class CutLine : IAsyncDisposable
{
    private static readonly byte[] Commit = "COMMIT"u8.ToArray();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kycuong-cut-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _target;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private int _cut;
    private int _answered;
    private int _roundTrips;

    public CutLine(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _target = Path.Combine(settings.Host!, $".s.PGSQL.{settings.Port}");
        settings.Host = _folder.FullName;
        ConnectionString = settings.ConnectionString;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, $".s.PGSQL.{settings.Port}")));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>The way over this line.</summary>
    public string ConnectionString { get; }

    /// <summary>Lines cut so far.</summary>
    public int Cuts { get; private set; }

    /// <summary>How often something was asked after the last answer.</summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>Cuts the line at the next commit: before PostgreSQL hears of it, or after it has answered and before the answer is heard.</summary>
    public void CutAtNextCommit(bool carriedOut) => Volatile.Write(ref _cut, carriedOut ? 2 : 1);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true) lines.Add(CarryAsync(await _listener.AcceptAsync(_closing.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await far.ConnectAsync(new UnixDomainSocketEndPoint(_target));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        var answers = PumpAsync(far, near, _ =>
        {
            Volatile.Write(ref _answered, 1);
            return false;
        }, ended);
        await PumpAsync(near, far, bytes =>
        {
            if (Interlocked.Exchange(ref _answered, 0) == 1) Interlocked.Increment(ref _roundTrips);
            return bytes.IndexOf(Commit) >= 0 && Volatile.Read(ref _cut) != 0;
        }, ended);
        await answers;
    }

    private async Task PumpAsync(Socket from, Socket to, Func<ReadOnlySpan<byte>, bool> isTheMoment, CancellationTokenSource ended)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, ended.Token);
                if (count == 0) break;
                if (isTheMoment(buffer.AsSpan(0, count)))
                {
                    var carriedOut = Interlocked.Exchange(ref _cut, 0) == 2;
                    Cuts++;
                    await ended.CancelAsync();
                    if (!carriedOut) break;
                    await to.SendAsync(buffer.AsMemory(0, count));
                    await to.ReceiveAsync(buffer);
                    break;
                }

                await to.SendAsync(buffer.AsMemory(0, count), ended.Token);
            }
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has hung up.
        }

        if (!ended.IsCancellationRequested) await ended.CancelAsync();
    }
}
