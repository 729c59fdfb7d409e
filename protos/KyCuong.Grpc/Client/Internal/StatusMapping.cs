using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>What an answer, or its absence, means as a status. Pure.</summary>
internal static class StatusMapping
{
    /// <summary>The status in these headers or trailers; null when there is none.</summary>
    public static Status? FromHeaders(HttpHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(WireNames.Status, out var values)) return null;
        var message = headers.NonValidated.TryGetValues(WireNames.Message, out var messages) ? PercentEncoding.Decode(messages.ToString()) : "";
        return int.TryParse(values.ToString(), out var code) && code is >= 0 and <= (int)StatusCode.Unauthenticated
            ? new Status((StatusCode)code, message)
            : new Status(StatusCode.Unknown, $"The server answered with the status '{values}', which does not exist. {message}".TrimEnd());
    }

    /// <summary>For an answer that does not come from a gRPC server (grpc/doc/http-grpc-status-mapping.md).</summary>
    public static Status FromHttp(HttpStatusCode code) => new(
        code switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        },
        $"The server answered with HTTP status {(int)code}.");

    /// <summary>For a connection or stream that broke.</summary>
    public static Status FromException(Exception exception)
    {
        if (exception is RpcException rpc) return rpc.Status;
        for (var e = exception; e is not null; e = e.InnerException)
            if (e is HttpProtocolException protocol)
                return new Status(FromReset(protocol.ErrorCode), $"The server reset the call (HTTP/2 error {protocol.ErrorCode}).", exception);
        return exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } =>
                new Status(StatusCode.Internal, "The server does not speak HTTP/2.", exception),
            HttpRequestException or IOException => new Status(StatusCode.Unavailable, $"The connection failed: {Innermost(exception).Message}", exception),
            OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
            _ => new Status(StatusCode.Internal, $"The call failed: {exception.Message}", exception),
        };
    }

    // grpc/doc/PROTOCOL-HTTP2.md, "Errors".
    private static StatusCode FromReset(long code) => code switch
    {
        7 => StatusCode.Unavailable,
        WireNames.ResetCancel => StatusCode.Cancelled,
        11 => StatusCode.ResourceExhausted,
        12 => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e;
    }
}
