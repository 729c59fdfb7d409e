using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KyCuong.Server.Formats;

/// <summary>JSON that a program reads and a person can, too: indented, Vietnamese letters as they are.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text that <paramref name="write"/> makes.</summary>
    public static string Of(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(BytesOf(write));

    /// <summary>As UTF-8, without a byte-order mark.</summary>
    public static byte[] BytesOf(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options)) write(json);
        return stream.ToArray();
    }
}
