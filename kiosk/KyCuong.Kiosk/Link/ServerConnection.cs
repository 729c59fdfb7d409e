using Grpc.Core;
using Grpc.Net.Client;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>A way to the server for one attempt. Owned by who asked for it.</summary>
public sealed class ServerConnection : IDisposable
{
    private readonly GrpcChannel? _owned;
    private readonly Func<string?> _problem;

    /// <summary>Over a channel.</summary>
    /// <param name="channel">Disposed with it.</param>
    /// <param name="problem">Why the server was not believed; null when it was, or never answered.</param>
    public ServerConnection(GrpcChannel channel, Func<string?> problem)
        : this(channel.CreateCallInvoker(), problem) => _owned = channel;

    /// <summary>Over whatever makes the calls: the seam below which the simulation puts its own line.</summary>
    internal ServerConnection(CallInvoker calls, Func<string?> problem) => (Client, _problem) = (new KioskLink.KioskLinkClient(calls), problem);

    /// <summary>The client on it.</summary>
    public KioskLink.KioskLinkClient Client { get; }

    /// <summary>Why the server was not believed; null when it was, or never answered.</summary>
    public string? Problem => _problem();

    /// <inheritdoc />
    public void Dispose() => _owned?.Dispose();
}
