using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Takes one HTTP request through one call: checks what carries it, runs the handler, answers with its status.</summary>
internal sealed partial class CallRunner(MethodSettings settings, TimeProvider time, StreamShutdown shutdown, ILogger logger)
{
    public MethodSettings Settings => settings;

    public async Task RunAsync(HttpContext http, IMethod method, Func<ServerCall, Task> invoke)
    {
        if (Refusal(http, method, out var httpStatus) is { } refusal)
        {
            await Answers.RefuseAsync(http, refusal, httpStatus);
            return;
        }

        // A stream may rest for hours and carry any amount: the limits that count are those of a message and of the connection.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;

        var timeout = Timeout.InfiniteTimeSpan;
        if (http.Request.Headers[WireNames.Timeout] is { Count: > 0 } text && !TimeoutHeader.TryParse(text.ToString(), out timeout))
        {
            await Answers.RefuseAsync(http, new Status(StatusCode.Internal, $"The header {WireNames.Timeout} is '{text}', which is no time."));
            return;
        }

        await using var call = new ServerCall(http, method, settings, time, timeout, method.Type == MethodType.Unary ? CancellationToken.None : shutdown.Cancelled);
        Status status;
        try
        {
            await invoke(call);
            status = call.Status;
        }
#pragma warning disable CA1031 // Whatever the handler throws is the call's status; what was not meant as one is logged.
        catch (Exception e)
#pragma warning restore CA1031
        {
            status = StatusOf(e, call, method);
        }
        await call.FinishAsync(status);
    }

    private Status StatusOf(Exception exception, ServerCall call, IMethod method)
    {
        if (exception is RpcException rpc)
        {
            if (!ReferenceEquals(rpc.Trailers, call.ResponseTrailers))
                foreach (var entry in rpc.Trailers)
                    call.ResponseTrailers.Add(entry);
            return rpc.Status;
        }
        if (call.CancellationToken.IsCancellationRequested && exception is OperationCanceledException or IOException)
            return call.CancelledStatus();
        LogUnhandled(logger, exception, method.FullName);
        return settings.DetailedErrors
            ? new Status(StatusCode.Unknown, $"The handler threw {exception.GetType().Name}: {exception.Message}", exception)
            : new Status(StatusCode.Unknown, "The handler failed; the server's log says why.", exception);
    }

    private static Status? Refusal(HttpContext http, IMethod method, out int httpStatus)
    {
        var request = http.Request;
        httpStatus = StatusCodes.Status200OK;
        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            httpStatus = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "HTTP/2";
            return new Status(StatusCode.Internal, $"gRPC needs HTTP/2; the request came by {request.Protocol}.");
        }
        if (!WireNames.IsGrpcContentType(request.ContentType))
        {
            httpStatus = StatusCodes.Status415UnsupportedMediaType;
            return new Status(StatusCode.Internal, $"The content type is '{request.ContentType}'; gRPC's is '{WireNames.ContentType}'.");
        }
        // Routing ignores case, gRPC does not.
        if (!string.Equals(request.Path.Value, method.FullName, StringComparison.Ordinal))
            return new Status(StatusCode.Unimplemented, $"The method of {request.Path} is not offered here.");
        var encoding = request.Headers[WireNames.Encoding].ToString();
        if (encoding is not ("" or WireNames.Identity or WireNames.Gzip))
        {
            http.Response.Headers[WireNames.AcceptEncoding] = WireNames.AcceptedEncodings;
            return new Status(StatusCode.Unimplemented, $"The messages are compressed with '{encoding}', which is not known here.");
        }
        return null;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The handler of {Method} failed")]
    private static partial void LogUnhandled(ILogger logger, Exception exception, string method);
}
