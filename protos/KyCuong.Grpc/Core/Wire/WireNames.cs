namespace Grpc.Core.Wire;

/// <summary>Names of the gRPC protocol over HTTP/2 (grpc/doc/PROTOCOL-HTTP2.md), and the bounds both halves share.</summary>
internal static class WireNames
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string AcceptedEncodings = "identity,gzip";

    /// <summary>A metadata entry by which a program asks for compression; read by the runtime, never sent. The packages have it too.</summary>
    public const string CompressRequest = "grpc-internal-encoding-request";

    /// <summary>Bytes in front of each message: one flag, four of length, big-endian.</summary>
    public const int FrameHeaderLength = 5;

    /// <summary>4 MiB: the packages' default limit of a received message, in bytes.</summary>
    public const int DefaultMaxReceiveBytes = 4 * 1024 * 1024;

    /// <summary>Messages written with BufferHint are sent at the latest when this many bytes wait.</summary>
    public const int MaxBufferedBytes = 64 * 1024;

    /// <summary>RST_STREAM code INTERNAL_ERROR (RFC 9113 section 7).</summary>
    public const int ResetInternalError = 2;

    /// <summary>RST_STREAM code CANCEL.</summary>
    public const int ResetCancel = 8;

    /// <summary>True for application/grpc, application/grpc+proto, application/grpc;…; the subtype is not ours to judge.</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+' or ' ');
}
