using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using KyCuong.Server.Features.Kiosks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Serve;

/// <summary>
/// Bounds what connections may take of the kiosk port (reliability test S10). A stranger is a connection whose handshake has
/// not shown a kiosk's certificate: it may only enrol, so it gets little time and few frames, and strangers together leave
/// half of the connections to kiosks. Before its handshake a kiosk is a stranger too; where one was seen since the start, it finds
/// its way in beside a crowd. Thread-safe.
/// </summary>
internal sealed partial class ConnectionGuard(int connections, TimeProvider time, ILogger<ConnectionGuard> logger)
{
    /// <summary>Connections of strangers at once from one network; a further one is closed. Kiosks behind one address that all come back at once try again.</summary>
    public const int StrangersPerNetwork = 256;

    /// <summary>How long a stranger's connection lasts, its handshake and all; enrolment takes a second.</summary>
    public static readonly TimeSpan StrangerLife = TimeSpan.FromMinutes(1);

    private const int StrangerFrames = 500;
    private const int StrangerFramesPerSecond = 50;
    private const int KioskFrames = 10_000;
    private const int KioskFramesPerSecond = 1_000;
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _strangers = [];
    private readonly HashSet<IPAddress> _kiosks = [];
    private readonly ConcurrentDictionary<string, long> _logged = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Before the handshake: the connection is a stranger's.</summary>
    public async Task EnterAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var network = CallerNetwork.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        using var place = TryEnter(network);
        if (place is null)
        {
            Say(nameof(LogCrowd), () => LogCrowd(network));
            connection.Abort(new ConnectionAbortedException("Too many connections without a kiosk's certificate."));
            return;
        }

        await using var life = time.CreateTimer(_ => place.End(connection), null, StrangerLife, Timeout.InfiniteTimeSpan);
        connection.Features.Set(place);
        await next(connection);
    }

    /// <summary>After the handshake: whoever showed a good certificate is a stranger no more; frames are counted from here on.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var known = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is not null;
        if (known) connection.Features.Get<Place>()?.GiveBack();
        var budget = known ? new FrameBudget(KioskFrames, KioskFramesPerSecond, time) : new FrameBudget(StrangerFrames, StrangerFramesPerSecond, time);
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var transport = connection.Transport;
        connection.Transport = new Counted(new CountedReader(transport.Input, budget, () => Say(nameof(LogFlood), () => LogFlood(address))), transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private Place? TryEnter(IPAddress network)
    {
        lock (_lock)
        {
            var here = _strangers.GetValueOrDefault(network);
            if (here >= StrangersPerNetwork || (_all >= Math.Max(1, connections / 2) && !_kiosks.Contains(network))) return null;
            _strangers[network] = here + 1;
            _all++;
        }

        return new Place(this, network);
    }

    private void Leave(IPAddress network)
    {
        lock (_lock)
        {
            _all--;
            if (--_strangers[network] == 0) _strangers.Remove(network);
        }
    }

    private void Know(IPAddress network)
    {
        lock (_lock)
        {
            // Kiosks whose addresses change are not kept for ever.
            if (_kiosks.Count >= connections) _kiosks.Clear();
            _kiosks.Add(network);
        }
    }

    // Whoever floods the port must not flood the log.
    private void Say(string what, Action log)
    {
        var now = time.GetTimestamp();
        var last = _logged.GetOrAdd(what, long.MinValue);
        if (last != long.MinValue && time.GetElapsedTime(last, now) < LogInterval) return;
        if (_logged.TryUpdate(what, now, last)) log();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cut a connection from {Address}: too many HTTP/2 frames (said at most once in ten seconds)")]
    private partial void LogFlood(IPAddress? address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Closed a connection from {Network}: too many without a kiosk's certificate (said at most once in ten seconds)")]
    private partial void LogCrowd(IPAddress network);

    /// <summary>A stranger's place, given back once.</summary>
    private sealed class Place(ConnectionGuard guard, IPAddress network) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) guard.Leave(network);
        }

        /// <summary>It was a kiosk's.</summary>
        public void GiveBack()
        {
            guard.Know(network);
            Dispose();
        }

        public void End(ConnectionContext connection)
        {
            if (Volatile.Read(ref _left) == 0) connection.Abort(new ConnectionAbortedException("No kiosk's certificate was shown."));
        }
    }

    private sealed record Counted(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
