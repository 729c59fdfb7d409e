using System.Buffers;
using System.Globalization;
using System.Text;

namespace KyCuong.Kiosk.Identify;

/// <summary>
/// How bytes that came together are shown without showing whose they are. Pure. Control bytes at either end are what frames are
/// made of and are shown; what stands between is not, except the last two characters of a text that was read as a card. What could be a
/// citizen card's code, or a part of one, is a length and nothing else, whatever the operator asks for.
/// </summary>
public static class Arrival
{
    private const int NationalIdDigits = 12;
    private const int ShownOfCard = 2;
    private const int ShortestCard = 6;
    private const string Hidden = "··";

    private static readonly SearchValues<byte> Framing = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    /// <summary>True when the bytes could be a citizen card's code or a part of it: a bar, or twelve digits in a row and no more. Also under a parity bit.</summary>
    public static bool MayBeNationalId(ReadOnlySpan<byte> bytes)
    {
        var digits = 0;
        foreach (var b in bytes)
        {
            var c = (byte)(b & 0x7F);
            if (c == '|' || (digits == NationalIdDigits && !char.IsAsciiDigit((char)c))) return true;
            digits = char.IsAsciiDigit((char)c) ? digits + 1 : 0;
        }

        return digits == NationalIdDigits;
    }

    /// <summary>The bytes for the operator's eyes, in hex; null when not even their framing may be shown.</summary>
    /// <param name="bytes">What came together.</param>
    /// <param name="wasRead">A driver read a card in them.</param>
    /// <param name="showNumbers">The operator asked to see the numbers of cards.</param>
    public static string? Show(ReadOnlySpan<byte> bytes, bool wasRead, bool showNumbers)
    {
        if (MayBeNationalId(bytes)) return null;
        var start = bytes.IndexOfAnyExcept(Framing);
        var end = bytes.LastIndexOfAnyExcept(Framing) + 1;
        if (start < 0) (start, end) = (bytes.Length, bytes.Length);
        var isText = bytes[start..end].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0;
        var shownFrom = showNumbers ? start : wasRead && isText && end - start >= ShortestCard ? end - ShownOfCard : end;
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i == start && shownFrom - start > 4)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Hidden}×{shownFrom - start} ");
                i = shownFrom - 1;
                continue;
            }

            if (i >= start && i < shownFrom) text.Append(Hidden).Append(' ');
            else text.Append(CultureInfo.InvariantCulture, $"{bytes[i]:X2} ");
        }

        return text.ToString().TrimEnd();
    }
}
