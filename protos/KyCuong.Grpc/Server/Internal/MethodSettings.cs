using System.IO.Compression;
using Grpc.Core.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The options in force for one service: its own over those for all. Immutable.</summary>
internal sealed record MethodSettings(
    int MaxSendBytes,
    int MaxReceiveBytes,
    bool DetailedErrors,
    bool CompressAnswers,
    CompressionLevel CompressionLevel,
    IReadOnlyList<InterceptorRegistration> Interceptors)
{
    public static MethodSettings Of(GrpcServiceOptions all, GrpcServiceOptions own)
    {
        var algorithm = own.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        if (algorithm is not (null or WireNames.Gzip or WireNames.Identity))
            throw new InvalidOperationException($"ResponseCompressionAlgorithm is '{algorithm}'; only '{WireNames.Gzip}' is known.");
        // A service's own limit counts when it was changed: null there means "no limit", the default means "as for all".
        var receive = own.MaxReceiveMessageSize != WireNames.DefaultMaxReceiveBytes ? own.MaxReceiveMessageSize : all.MaxReceiveMessageSize;
        return new MethodSettings(
            own.MaxSendMessageSize ?? all.MaxSendMessageSize ?? int.MaxValue,
            receive ?? int.MaxValue,
            own.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
            algorithm == WireNames.Gzip,
            own.ResponseCompressionLevel ?? all.ResponseCompressionLevel ?? CompressionLevel.Fastest,
            [.. all.Interceptors, .. own.Interceptors]);
    }
}
