using Grpc.Net.Client;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>A way to the server for one attempt. Owned by who asked for it.</summary>
/// <param name="channel">Disposed with it.</param>
/// <param name="problem">Why the server was not believed; null when it was, or never answered.</param>
public sealed class ServerConnection(GrpcChannel channel, Func<string?> problem) : IDisposable
{
    /// <summary>The client on it.</summary>
    public KioskLink.KioskLinkClient Client { get; } = new(channel);

    /// <summary>Why the server was not believed; null when it was, or never answered.</summary>
    public string? Problem => problem();

    /// <inheritdoc />
    public void Dispose() => channel.Dispose();
}
