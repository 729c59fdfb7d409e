using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What the handler sees of the call.</summary>
internal sealed partial class ServerCall
{
    protected override string MethodCore => _method.FullName;

    protected override string HostCore => Http.Request.Host.Value ?? "";

    protected override string PeerCore => PeerIdentity.Address(Http.Connection);

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => field ??= ReadHeaders(Http.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _cancelled;

    protected override Metadata ResponseTrailersCore => field ??= [];

    protected override AuthContext AuthContextCore => field ??= PeerIdentity.Auth(Http.Connection.ClientCertificate);

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        return Writer.WriteHeadersAsync(responseHeaders);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Calls on ASP.NET Core give no propagation token; pass the deadline and the cancellation token on yourself.");

    private static Metadata ReadHeaders(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
            foreach (var value in values)
                MetadataWire.Parse(metadata, name, value ?? "");
        return metadata;
    }
}
