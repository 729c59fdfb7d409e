using System.IO.Compression;
using Grpc.Core.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>How services are hosted; read once per service, when it is mapped.</summary>
public class GrpcServiceOptions
{
    /// <summary>Longest message sent, in bytes; null = no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Longest message accepted, in bytes, decompressed; null = no limit. 4 MiB unless said otherwise.</summary>
    public int? MaxReceiveMessageSize { get; set; } = WireNames.DefaultMaxReceiveBytes;

    /// <summary>True: what an unexpected exception says is told to the client. For development.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>"gzip": answers are compressed for clients that accept it. Null = they are not.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard to compress; null = fastest.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Stand in front of every method, in this order.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    /// <summary>True: calls of unknown services fall through to other endpoints instead of being answered UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }
}

/// <summary>How one service is hosted; what is null here is as for all services.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}
