namespace Grpc.InteropHost;

/// <summary>Notes how the last answer was compressed, which the gRPC interface does not tell.</summary>
internal sealed class EncodingSpy(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>The last answer's grpc-encoding; empty when it named none.</summary>
    public string LastEncoding { get; private set; } = "";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        LastEncoding = response.Headers.TryGetValues("grpc-encoding", out var values) ? string.Join(",", values) : "";
        return response;
    }
}
