using System.Buffers;
using System.Text;

namespace Grpc.Core.Wire;

/// <summary>grpc-message: UTF-8, everything but printable ASCII and '%' itself as %XX. Decoding never fails.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(i => (char)i).Where(c => c != '%')]);

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain)) return text;
        var encoded = new StringBuilder(text.Length * 2);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and < 0x7F and not (byte)'%') encoded.Append((char)b);
            else encoded.Append('%').Append(b.ToString("X2", null));
        }
        return encoded.ToString();
    }

    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var bytes = new ArrayBufferWriter<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Write([Convert.FromHexString(text.AsSpan(i + 1, 2))[0]]);
                i += 2;
            }
            else if (char.IsAscii(text[i]))
            {
                bytes.Write([(byte)text[i]]);
            }
            else
            {
                bytes.Write(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
