using System.Globalization;

namespace KyCuong.Verify;

/// <summary>A head of the log that somebody kept outside: a number and at least the first 64 bits of that entry's hash.</summary>
/// <param name="Number">Of the entry.</param>
/// <param name="Hash">Lower-case hex, 16 to 64 digits.</param>
internal sealed record OutsideHead(long Number, string Hash)
{
    private const int Fewest = 16;
    private const int Most = 64;

    /// <summary>Reads <c>123:ab12-cd34-…</c>; dashes and blanks in the hash are passed over. Null for anything else.</summary>
    public static OutsideHead? Parse(string text)
    {
        var parts = text.Trim().Split(':');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return null;
        var hash = string.Concat(parts[1].Where(c => c is not ('-' or ' '))).ToLowerInvariant();
        return hash.Length is >= Fewest and <= Most && hash.All(char.IsAsciiHexDigitLower) ? new OutsideHead(number, hash) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Hash}");
}
