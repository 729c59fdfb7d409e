using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Starts calls over HTTP/2.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        call.StartWithMessage(request);
        return new AsyncUnaryCall<TResponse>(call.ReadSingleAsync(), Headers, Status, Trailers, Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        call.StartWithMessage(request);
        return new AsyncServerStreamingCall<TResponse>(call.Reader, Headers, Status, Trailers, Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var writer = call.StartWithStream();
        return new AsyncClientStreamingCall<TRequest, TResponse>(writer, call.ReadSingleAsync(), Headers, Status, Trailers, Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var writer = call.StartWithStream();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(writer, call.Reader, Headers, Status, Trailers, Dispose, call);
    }

    private static readonly Func<object, Task<Metadata>> Headers = call => ((IClientCall)call).Headers;
    private static readonly Func<object, Status> Status = call => ((IClientCall)call).GetStatus();
    private static readonly Func<object, Metadata> Trailers = call => ((IClientCall)call).GetTrailers();
    private static readonly Action<object> Dispose = call => ((IClientCall)call).Dispose();
}

/// <summary>A call without its message types.</summary>
internal interface IClientCall : IDisposable
{
    public Task<Metadata> Headers { get; }

    public Status GetStatus();

    public Metadata GetTrailers();
}
