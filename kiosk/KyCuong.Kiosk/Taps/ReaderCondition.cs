using System.Text;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Taps;

/// <summary>How a reader is. Immutable.</summary>
/// <param name="Reader">Its id.</param>
/// <param name="Device">Where it is.</param>
/// <param name="Working">It is open and was understood.</param>
/// <param name="Fault">What is wrong; null before the first attempt and while it works.</param>
/// <param name="SinceUs">Boot time of the last change, µs.</param>
/// <param name="Reads">Taps since start.</param>
/// <param name="Refused">Refused reads since start.</param>
/// <param name="Dropped">Reads dropped at the bound of a minute since start.</param>
public sealed record ReaderCondition(string Reader, string Device, bool Working, FaultCode? Fault, long SinceUs, ulong Reads, ulong Refused, ulong Dropped);

/// <summary>Text with a bound in bytes. Pure.</summary>
public static class Utf8Text
{
    /// <summary>The text, or as many of its leading characters as fit into so many bytes of UTF-8.</summary>
    public static string Cut(string text, int bytes)
    {
        var length = 0;
        var kept = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length += rune.Utf8SequenceLength;
            if (length > bytes) return text[..kept];
            kept += rune.Utf16SequenceLength;
        }

        return text;
    }

    /// <summary>The text with everything but printable ASCII left out, cut to a length.</summary>
    public static string Ascii(string text, int length)
    {
        var kept = new StringBuilder(length);
        foreach (var c in text)
            if (c is >= ' ' and <= '~' && kept.Length < length) kept.Append(c);
        return kept.ToString();
    }
}
