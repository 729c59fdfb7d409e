using System.Globalization;

namespace KyCuong.Server.Formats;

/// <summary>What somebody else wrote, as a terminal or a log may show it. Pure.</summary>
internal static class PlainText
{
    /// <summary>
    /// Control characters (but line ends where they are kept), what turns the direction of text, and halves of characters are spelt out, as <c>\u001B</c>:
    /// shown raw they would move the cursor, colour, hide, or exchange what stands beside them.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="lines">True: it may have several lines.</param>
    public static string Of(string text, bool lines = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EnumerateRunes().All(rune => IsPlain(rune.Value, lines)) && !HasHalves(text)
            ? text
            : string.Concat(text.Select((c, at) => IsPlain(c, lines) && !IsHalf(text, at) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}")));
    }

    private static bool IsPlain(int value, bool lines) =>
        (lines && value == '\n') || !(value < 0x20 || value is >= 0x7F and < 0xA0 or 0x2028 or 0x2029 or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069));

    private static bool HasHalves(string text)
    {
        for (var at = 0; at < text.Length; at++)
            if (IsHalf(text, at)) return true;
        return false;
    }

    private static bool IsHalf(string text, int at) =>
        char.IsHighSurrogate(text[at]) ? at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1])
        : char.IsLowSurrogate(text[at]) && (at == 0 || !char.IsHighSurrogate(text[at - 1]));
}
