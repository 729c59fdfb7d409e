using System.Globalization;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Statuses as HTTP headers and trailers.</summary>
internal static class Answers
{
    /// <summary>A status as the whole answer ("trailers-only"), before anything was sent.</summary>
    public static Task RefuseAsync(HttpContext http, Status status, int httpStatus = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = httpStatus;
        http.Response.ContentType = WireNames.ContentType;
        PutAsHeaders(http.Response, status, Metadata.Empty);
        return Task.CompletedTask;
    }

    public static void PutAsHeaders(HttpResponse response, Status status, Metadata trailers)
    {
        Put(status, trailers, response.Headers.Append);
    }

    public static void PutAsTrailers(HttpResponse response, Status status, Metadata trailers)
    {
        Put(status, trailers, response.AppendTrailer);
    }

    private static void Put(Status status, Metadata trailers, Action<string, Microsoft.Extensions.Primitives.StringValues> put)
    {
        // Formatted first: a value no header can carry must not leave half an answer.
        var lines = new List<(string Name, string Value)>(trailers.Count);
        foreach (var entry in trailers)
            if (!MetadataWire.IsOwn(entry.Key))
                lines.Add((entry.Key, MetadataWire.Format(entry)));
        put(WireNames.Status, ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(status.Detail)) put(WireNames.Message, PercentEncoding.Encode(status.Detail));
        foreach (var (name, value) in lines) put(name, value);
    }
}
