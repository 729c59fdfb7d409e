using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>HTTP headers to metadata and back.</summary>
internal static class HeaderMapping
{
    public static Metadata ToMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
            foreach (var value in values)
                MetadataWire.Parse(metadata, name, value);
        return metadata.Freeze();
    }

    public static void Add(HttpRequestHeaders headers, Metadata metadata)
    {
        foreach (var entry in metadata)
            if (!MetadataWire.IsOwn(entry.Key))
                headers.TryAddWithoutValidation(entry.Key, MetadataWire.Format(entry));
    }
}
