using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos.V1;

namespace KyCuong.Simulation.Line;

/// <summary>
/// One stream between a kiosk and the server, in place of HTTP/2: messages go as bytes, take their time, and the stream can break for one
/// side long before the other notices.
/// </summary>
internal sealed class LineStream : IClientStreamWriter<KioskMessage>, IDisposable
{
    private readonly World _world;
    private readonly Func<LineState> _line;
    private readonly string _name;
    private readonly MessageQueue<ServerMessage> _down = new();
    private readonly MessageQueue<KioskMessage> _up = new();
    private readonly CancellationTokenSource _serverGivesUp = new();
    private readonly SimProcess _client;
    private SimProcess? _server;
    private long _upArrivesUs;
    private long _downArrivesUs;
    private bool _clientGone;
    private bool _serverGone;

    public LineStream(World world, string name, SimProcess client, Func<LineState> line)
    {
        (_world, _name, _client, _line) = (world, name, client, line);
        Outgoing = new ServerWriter(this);
    }

    /// <summary>What the client reads.</summary>
    public IAsyncStreamReader<ServerMessage> Answers => _down;

    /// <summary>What the server reads.</summary>
    public IAsyncStreamReader<KioskMessage> Requests => _up;

    /// <summary>What the server writes.</summary>
    public IServerStreamWriter<ServerMessage> Outgoing { get; }

    /// <summary>Cancelled when the server notices that the client is gone.</summary>
    public CancellationToken ClientGone => _serverGivesUp.Token;

    /// <inheritdoc/>
    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Sees each acknowledgement that leaves the server, and each batch that reaches it.</summary>
    public Action<ServerMessage>? Leaves { get; init; }

    public Action<KioskMessage>? Reaches { get; init; }

    /// <summary>True when the client has let go of it.</summary>
    public bool IsOver => _clientGone || _client.Dead;

    /// <summary>The server has taken the call.</summary>
    public void Taken(SimProcess server) => _server = server;

    /// <summary>The client's side is told that the stream is lost.</summary>
    public void LoseAtClient(StatusCode code, string why)
    {
        if (_clientGone) return;
        _clientGone = true;
        _world.Trace($"{_name} lost at kiosk: {code}");
        _down.End(new RpcException(new Status(code, why)));
    }

    /// <summary>The server's side is told that the client is gone.</summary>
    public void LoseAtServer()
    {
        if (_serverGone) return;
        _serverGone = true;
        _world.Trace($"{_name} lost at server");
        _up.End(new IOException("The client reset the stream."));
        if (_server is { Dead: false }) _serverGivesUp.Cancel();
    }

    /// <summary>The handler has ended.</summary>
    public void Ended(Status status)
    {
        if (_serverGone) return;
        _serverGone = true;
        var line = _line();
        if (!line.Up || line.Swallows || _clientGone) return;
        Later(ref _downArrivesUs, () =>
        {
            if (_clientGone || _client.Dead) return;
            _clientGone = true;
            _world.Trace($"{_name} ended by server: {status.StatusCode}");
            _down.End(status.StatusCode == StatusCode.OK ? null : new RpcException(status));
        });
    }

    /// <inheritdoc/>
    public Task WriteAsync(KioskMessage message) => WriteAsync(message, CancellationToken.None);

    /// <inheritdoc/>
    public Task WriteAsync(KioskMessage message, CancellationToken cancellationToken)
    {
        if (_client.Dead) return Task.CompletedTask;
        if (_clientGone) throw new RpcException(new Status(StatusCode.Unavailable, "The stream is lost."));
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = message.ToByteArray();
        _world.Trace($"{_name} up {message.MessageCase} {bytes.Length}");
        if (!MayPass()) return Task.CompletedTask;
        Later(ref _upArrivesUs, () =>
        {
            if (_serverGone || _server is { Dead: true }) return;
            var arrived = KioskMessage.Parser.ParseFrom(bytes);
            Reaches?.Invoke(arrived);
            _up.Arrive(arrived);
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync()
    {
        Later(ref _upArrivesUs, () => _up.End(null));
        return Task.CompletedTask;
    }

    /// <summary>The client lets go: the server hears of it if the line lets it.</summary>
    public void Dispose()
    {
        if (_clientGone || _client.Dead) return;
        _clientGone = true;
        var line = _line();
        _down.End(new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled.")));
        if (line.Up && !line.Swallows) Later(ref _upArrivesUs, LoseAtServer);
    }

    private bool MayPass()
    {
        var line = _line();
        if (line.CutOneIn > 0 && _world.OneIn(line.CutOneIn)) Cut();
        return line.Up && !line.Swallows && !_clientGone;
    }

    /// <summary>Breaks in the middle; each side notices in its own time, or by its own patience.</summary>
    public void Cut()
    {
        _world.Trace($"{_name} cut");
        _world.After(_world.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(50)), () => LoseAtClient(StatusCode.Unavailable, "The connection was reset."));
        // A half-open connection: the server's stream lingers beside the new one.
        if (_world.OneIn(3)) _world.After(_world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)), LoseAtServer);
        else _world.After(_world.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(50)), LoseAtServer);
    }

    private void Later(ref long arrivesUs, Action arrival)
    {
        var line = _line();
        var us = _world.NowUs + (long)(line.Delay + (line.Jitter * _world.Chance.NextDouble())).TotalMicroseconds;
        arrivesUs = Math.Max(arrivesUs + 1, us);
        _world.At(arrivesUs, arrival);
    }

    private sealed class ServerWriter(LineStream stream) : IServerStreamWriter<ServerMessage>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(ServerMessage message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(ServerMessage message, CancellationToken cancellationToken)
        {
            if (stream._server is { Dead: true }) return Task.CompletedTask;
            if (stream._serverGone) throw new IOException("The client reset the stream.");
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = message.ToByteArray();
            stream._world.Trace($"{stream._name} down {message.MessageCase} {bytes.Length}");
            stream.Leaves?.Invoke(message);
            if (!stream.MayPass()) return Task.CompletedTask;
            stream.Later(ref stream._downArrivesUs, () =>
            {
                if (!stream._clientGone && !stream._client.Dead) stream._down.Arrive(ServerMessage.Parser.ParseFrom(bytes));
            });
            return Task.CompletedTask;
        }
    }
}
