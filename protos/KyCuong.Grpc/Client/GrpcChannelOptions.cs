using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client;

/// <summary>How a channel is set up; read once, when it is made.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Null = by the address: TLS for https, none for http.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Longest message sent, in bytes; null = no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Longest message accepted, in bytes, decompressed; null = no limit. 4 MiB unless said otherwise.</summary>
    public int? MaxReceiveMessageSize { get; set; } = WireNames.DefaultMaxReceiveBytes;

    /// <summary>
    /// What carries the calls, set up by the caller: TLS, keep-alive pings, and <c>EnableMultipleHttp2Connections</c>, without which
    /// a call beyond the server's limit of streams waits in silence. Null = a SocketsHttpHandler with that switch on.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>True: the channel disposes <see cref="HttpHandler"/> with itself. A handler of the channel's own always is.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>True: call credentials are sent without TLS too. For tests.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>Asked for a <see cref="TimeProvider"/>, by which deadlines are kept; null = the system's clock.</summary>
    public IServiceProvider? ServiceProvider { get; set; }
}
