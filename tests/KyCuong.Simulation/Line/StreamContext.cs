using Grpc.Core;

namespace KyCuong.Simulation.Line;

/// <summary>A call as the server's service sees it.</summary>
internal sealed class StreamContext(CancellationToken clientGone) : ServerCallContext
{
    /// <inheritdoc/>
    protected override string MethodCore => "/kycuong.v1.KioskLink/Connect";

    /// <inheritdoc/>
    protected override string HostCore => "simulation";

    /// <inheritdoc/>
    protected override string PeerCore => "unknown";

    /// <inheritdoc/>
    protected override DateTime DeadlineCore => DateTime.MaxValue;

    /// <inheritdoc/>
    protected override Metadata RequestHeadersCore { get; } = [];

    /// <inheritdoc/>
    protected override CancellationToken CancellationTokenCore => clientGone;

    /// <inheritdoc/>
    protected override Metadata ResponseTrailersCore { get; } = [];

    /// <inheritdoc/>
    protected override Status StatusCore { get; set; }

    /// <inheritdoc/>
    protected override WriteOptions? WriteOptionsCore { get; set; }

    /// <inheritdoc/>
    protected override AuthContext AuthContextCore => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();
}
