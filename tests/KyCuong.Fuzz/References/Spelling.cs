using System.Globalization;
using System.Numerics;

namespace KyCuong.Fuzz.References;

/// <summary>
/// A second decoder of a card's number as text, written from the tables of the formats (facts of the readers, sections 3.1, 9 and 15;
/// <c>hardware-notes/wiegand-serial.md</c>, <c>keyboard.md</c>), by whole numbers and strings instead of bytes. Shares nothing with the
/// product's. Says what the product's vectors say: a level and hex, e.g. <c>em:0C000621A5</c>; null: not of this form, or nobody's number.
/// </summary>
internal static class Spelling
{
    /// <summary>The configuration's names of formats at the kiosk, each with the server's name of the same spelling, null where it has none.</summary>
    public static IReadOnlyList<(string Kiosk, string? Server)> Names { get; } =
    [
        ("10h", "em10h"), ("8h10d", "em8h10d"), ("6h8d", "em6h8d"), ("3+5", "em3+5"), ("5+5", "em5+5"), ("3.5a", "em3.5a"), ("3.5b", "em3.5b"),
        ("13d", null), ("14d", null), ("15d", null), ("uid", "uid"), ("uid-reversed", "uid-reversed"), ("uid-dec", "uid-dec"), ("uid-dec-reversed", "uid-dec-reversed"),
        ("8h", null), ("6h", null), ("6h10d", null), ("w26", "w26"), ("w26-hex", null), ("w26-dec", null), ("w34", "w34"), ("w34-dec", null), ("kc1", "kc1"),
    ];

    /// <summary>What a text is in a form, by the kiosk's name of it.</summary>
    public static string? Read(string form, string text)
    {
        if (form == "kc1") return BadgeCode(text, withCheck: true);
        var level = form switch
        {
            "10h" or "13d" or "14d" or "15d" => "em",
            "8h10d" or "5+5" or "8h" => "em32",
            "6h8d" or "3+5" or "6h" or "6h10d" => "em24",
            "3.5a" => "emA",
            "3.5b" => "emB",
            "w26" or "w26-hex" or "w26-dec" => "w26",
            "w34" or "w34-dec" => "w34",
            "uid" or "uid-reversed" or "uid-dec" or "uid-dec-reversed" => "a",
            _ => throw new ArgumentException(form),
        };
        var hex = form switch
        {
            "10h" => Hex(text, 10),
            "8h" or "w34" => Hex(text, 8),
            "6h" or "w26-hex" => Hex(text, 6),
            "uid" => Hex(text, 8) ?? Hex(text, 14) ?? Hex(text, 20),
            "uid-reversed" => Turned(Hex(text, 8) ?? Hex(text, 14) ?? Hex(text, 20)),
            "8h10d" or "w34-dec" or "uid-dec" => Number(text, 10, 8),
            "uid-dec-reversed" => Turned(Number(text, 10, 8)),
            "6h10d" or "w26-dec" => Number(text, 10, 6),
            "6h8d" => Number(text, 8, 6),
            "13d" => Number(text, 13, 10),
            "14d" => Number(text, 14, 10),
            "15d" => Mirrored(Number(text, 15, 10)),
            "5+5" => Pair(text, 5, 4),
            _ => Pair(text, 3, 2),
        };
        return hex is null || IsNobodys(level, hex) ? null : level + ":" + hex;
    }

    /// <summary><c>kc:KC1:…</c>: 16 symbols of Crockford's, and their check where it is asked for.</summary>
    public static string? BadgeCode(string text, bool withCheck)
    {
        const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        if (text.Length != 20 || text[..4] != "KC1:") return null;
        var values = text[4..].Select(c => Symbols.IndexOf(c, StringComparison.Ordinal)).ToArray();
        if (values.Contains(-1)) return null;
        // Each symbol times a power of alpha, added in GF(2^5) with x^5 + x^2 + 1.
        var sum = 0;
        for (var i = 0; i < 16; i++)
        {
            var power = 1;
            for (var k = 0; k < 15 - i; k++) power = Times(power, 2);
            sum ^= Times(values[i], power);
        }

        return withCheck && sum != 0 ? null : "kc:" + text;
    }

    private static int Times(int a, int b)
    {
        var product = 0;
        for (var bit = 0; bit < 5; bit++)
            if ((b >> bit & 1) == 1) product ^= a << bit;
        for (var bit = 9; bit >= 5; bit--)
            if ((product >> bit & 1) == 1) product ^= 0b100101 << (bit - 5);
        return product;
    }

    private static string? Hex(string text, int digits) =>
        text.Length == digits && text.All(c => c is (>= '0' and <= '9') or (>= 'A' and <= 'F') or (>= 'a' and <= 'f')) ? text.ToUpperInvariant() : null;

    private static string? Number(string text, int digits, int hexDigits)
    {
        if (text.Length != digits || text.Any(c => c is < '0' or > '9')) return null;
        return Fixed(BigInteger.Parse(text, CultureInfo.InvariantCulture), hexDigits);
    }

    private static string? Pair(string text, int digits, int hexDigits)
    {
        var parts = text.Length == digits + 5 ? [text[..digits], text[digits..]] : text.Split(',', '.');
        return parts is [var high, var low] && Number(high, digits, hexDigits) is { } first && Number(low, 5, 4) is { } second ? first + second : null;
    }

    private static string? Fixed(BigInteger number, int hexDigits) =>
        number < BigInteger.Pow(16, hexDigits) ? number.ToString("X", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(hexDigits, '0') : null;

    private static string? Turned(string? hex) => hex is null ? null : string.Concat(Enumerable.Range(0, hex.Length / 2).Select(i => hex.Substring(hex.Length - 2 - (2 * i), 2)));

    private static string? Mirrored(string? hex) => hex is null ? null : string.Concat(hex.Chunk(2).Select(pair =>
        Convert.ToInt32(new string([.. Convert.ToString(Convert.ToInt32(new string(pair), 16), 2).PadLeft(8, '0').Reverse()]), 2).ToString("X2", CultureInfo.InvariantCulture)));

    /// <summary>
    /// Section 9.4 of the facts: all zeros, all ones; of a UID of four bytes 08, 88 first or last, and the makers' values; these in either order through a
    /// Wiegand reader.
    /// </summary>
    private static bool IsNobodys(string level, string hex) => hex.All(c => c == '0') || hex.All(c => c == 'F')
        || (level == "a" && hex.Length == 8 && (hex[..2] is "08" or "88" || hex[6..] == "88" || hex is "DEADBEEF" or "01020304" or "12345678"))
        || (level == "w34" && hex is "DEADBEEF" or "EFBEADDE" or "01020304" or "04030201" or "12345678" or "78563412");
}
