using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace KyCuong.Grpc.Tests;

/// <summary>HTTP/2 requests made by hand, for what no gRPC client would send, and answers looked at below gRPC.</summary>
public sealed class RawHttp(Uri address) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    public async Task<RawAnswer> PostAsync(
        string path, byte[] body, string contentType = "application/grpc", Action<HttpRequestHeaders>? headers = null, Version? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path))
        {
            Version = version ?? HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        headers?.Invoke(request.Headers);
        using var response = await _http.SendAsync(request, CancellationToken.None).Bounded();
        var bytes = await response.Content.ReadAsByteArrayAsync().Bounded();
        return new RawAnswer(response.StatusCode, Flat(response.Headers), bytes, Flat(response.TrailingHeaders));
    }

    /// <summary>One frame, with any flag and any claimed length.</summary>
    public static byte[] Frame(byte[] payload, byte flag = 0, uint? length = null)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public void Dispose() => _http.Dispose();

    private static Dictionary<string, string> Flat(HttpResponseHeaders headers) =>
        headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>An answer as HTTP.</summary>
public sealed record RawAnswer(HttpStatusCode Code, IReadOnlyDictionary<string, string> Headers, byte[] Body, IReadOnlyDictionary<string, string> Trailers)
{
    /// <summary>The grpc-status, wherever it stands.</summary>
    public string? Status => Trailers.GetValueOrDefault("grpc-status") ?? Headers.GetValueOrDefault("grpc-status");
}
