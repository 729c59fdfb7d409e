namespace Grpc.Core.Wire;

/// <summary>Metadata entries as header lines and back.</summary>
internal static class MetadataWire
{
    // What the protocol itself or HTTP carries under these names is not metadata, in either direction.
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        WireNames.Status, WireNames.Message, WireNames.Timeout, WireNames.Encoding, WireNames.AcceptEncoding, WireNames.CompressRequest,
        "content-type", "content-length", "te", "host", "connection", "transfer-encoding", "trailer", "accept-encoding",
    };

    /// <summary>True for names that metadata may not set and that are not shown as metadata.</summary>
    public static bool IsOwn(string name) => name.Length == 0 || name[0] == ':' || Own.Contains(name);

    /// <summary>The header line's value: base64 without padding for bytes. Text that no header can carry is an <see cref="ArgumentException"/>.</summary>
    public static string Format(Metadata.Entry entry)
    {
        if (entry.IsBinary) return Convert.ToBase64String(entry.ValueBytes).TrimEnd('=');
        if (entry.Value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"The metadata value of '{entry.Key}' holds characters other than printable ASCII; send it under a name that ends in '{Metadata.BinaryHeaderSuffix}'.");
        return entry.Value;
    }

    /// <summary>
    /// Adds what came in one header line. Bytes may be several values joined by commas, with or without padding;
    /// a value that is no base64 is dropped, since no program can have meant it.
    /// </summary>
    public static void Parse(Metadata into, string name, string value)
    {
        if (IsOwn(name) || !IsName(name)) return;
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            into.Add(name, value);
            return;
        }
        foreach (var part in value.Split(','))
            if (TryDecode(part.Trim(), out var bytes))
                into.Add(name, bytes);
    }

    // HTTP allows more characters in names than metadata does.
    private static bool IsName(string name)
    {
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
                return false;
        return true;
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        var unpadded = text.TrimEnd('=');
        var padded = unpadded.PadRight((unpadded.Length + 3) / 4 * 4, '=');
        var buffer = new byte[padded.Length / 4 * 3];
        var good = Convert.TryFromBase64String(padded, buffer, out var written);
        bytes = good ? buffer[..written] : [];
        return good;
    }
}
