using System.Buffers;
using System.Text;
using System.Text.Json;

namespace KyCuong.Server.Formats;

/// <summary>
/// JSON with comments and trailing commas to <see cref="SourceNode"/>. Pure. Depth is bounded by <see cref="MaxDepth"/>;
/// the length of the file by whoever read it.
/// </summary>
public static class SourceParser
{
    /// <summary>Nesting beyond this is refused.</summary>
    public const int MaxDepth = 16;

    /// <summary>The root value of the file.</summary>
    /// <exception cref="FormatException">It is no JSON; the message is a sentence that says where and why.</exception>
    public static SourceNode Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (!System.Text.Unicode.Utf8.IsValid(utf8)) throw new FormatException(FormatText.Get("json.notUtf8"));
        if (utf8.Trim(" \t\r\n"u8).IsEmpty) throw new FormatException(FormatText.Get("json.empty"));
        var options = new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = MaxDepth };
        var reader = new Utf8JsonReader(utf8, options);
        var lines = new LineCounter();
        try
        {
            reader.Read();
            var root = Value(ref reader, utf8, ref lines, "$");
            // Anything but white space and comments after the root is an error of the reader's own.
            reader.Read();
            return root;
        }
        catch (JsonException error)
        {
            throw new FormatException(FormatText.Get("json.syntax", (error.LineNumber ?? 0) + 1, (error.BytePositionInLine ?? 0) + 1), error);
        }
    }

    private static SourceNode Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref LineCounter lines, string path)
    {
        var line = lines.At(utf8, reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<KeyValuePair<string, SourceNode>>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = StringOf(ref reader);
                    reader.Read();
                    members.Add(new(key, Value(ref reader, utf8, ref lines, $"{path}.{key}")));
                }

                return new SourceNode { Kind = SourceKind.Members, Line = line, Path = path, Members = members };
            case JsonTokenType.StartArray:
                var items = new List<SourceNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Value(ref reader, utf8, ref lines, $"{path}[{items.Count}]"));
                return new SourceNode { Kind = SourceKind.Items, Line = line, Path = path, Items = items };
            case JsonTokenType.String:
                return Scalar(SourceKind.Text, StringOf(ref reader), line, path);
            case JsonTokenType.Number:
                return Scalar(SourceKind.Number, Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan), line, path);
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Scalar(SourceKind.Boolean, reader.TokenType == JsonTokenType.True ? "true" : "false", line, path);
            default:
                return Scalar(SourceKind.Null, "", line, path);
        }
    }

    private static SourceNode Scalar(SourceKind kind, string text, int line, string path) =>
        new() { Kind = kind, Line = line, Path = path, Text = text };

    /// <summary>NFC: what is typed as "Hòa" in two ways is one name.</summary>
    private static string StringOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!.Normalize(NormalizationForm.FormC);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // A lone surrogate written as \uD800: no text at all.
            throw new FormatException(FormatText.Get("json.surrogate", reader.TokenStartIndex), error);
        }
    }

    /// <summary>Counts line ends up to an offset that only grows.</summary>
    private struct LineCounter
    {
        private int _counted;
        private int _line;

        public int At(ReadOnlySpan<byte> utf8, long offset)
        {
            var end = checked((int)offset);
            _line += utf8[_counted..end].Count((byte)'\n');
            _counted = end;
            return _line + 1;
        }
    }
}
