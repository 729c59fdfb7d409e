using Grpc.Core;
using KyCuong.Protos.V1;

namespace KyCuong.Simulation.Line;

/// <summary>What a kiosk's client calls in place of a channel: the one duplex call there is.</summary>
internal sealed class StreamInvoker(Func<LineStream> open) : CallInvoker
{
    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var stream = open();
        var given = options.CancellationToken.Register(stream.Dispose);
        return (AsyncDuplexStreamingCall<TRequest, TResponse>)(object)new AsyncDuplexStreamingCall<KioskMessage, ServerMessage>(
            stream, stream.Answers, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () =>
            {
                given.Dispose();
                stream.Dispose();
            });
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw None(method);

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw None(method);

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw None(method);

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw None(method);

    private static NotSupportedException None(IMethod method) => new($"{method.FullName} is not simulated.");
}
