using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using KyCuong.Readers;
using KyCuong.Readers.Cards;

namespace KyCuong.Kiosk.Capture;

/// <summary>How a reader writes a card's number: what its driver undoes. Pure.</summary>
internal static class Spelling
{
    private static readonly string[] Between = [",", ".", ""];

    /// <summary>All the ways in which this reader may write the value, always as many and in the same order for one form.</summary>
    public static IReadOnlyList<string> All(CredentialForm form, ReadOnlySpan<byte> value, ReaderOptions options)
    {
        var hex = Convert.ToHexString(value);
        if (form == CredentialForm.BadgeCode) return [Encoding.ASCII.GetString(value)];
        return options.Format switch
        {
            // The serial modules for EM4100: no format is set for them.
            CardFormat.BadgeCode => [hex + Xor(value)],
            CardFormat.TagHex or CardFormat.TagHex32 or CardFormat.TagHex24 or CardFormat.UidHex or CardFormat.Wiegand26Hex or CardFormat.Wiegand34Hex => [hex],
            CardFormat.UidHexReversed => [Convert.ToHexString(Reversed(value))],
            CardFormat.TagLow24 => [Digits(value, 8)],
            CardFormat.TagLow32 or CardFormat.TagDecimal24 or CardFormat.UidDecimal or CardFormat.Wiegand26Decimal or CardFormat.Wiegand34Decimal => [Digits(value, 10)],
            CardFormat.UidDecimalReversed => [Digits(Reversed(value), 10)],
            CardFormat.TagDecimal13 => [Digits(value, 13)],
            CardFormat.TagDecimal14 => [Digits(value, 14)],
            CardFormat.TagReversed15 => [Digits(Mirrored(value), 15)],
            CardFormat.TagPair24 or CardFormat.TagPairA or CardFormat.TagPairB or CardFormat.Wiegand26Pair => Pair(value, 3),
            CardFormat.TagPair32 => Pair(value, 5),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Format, "not a format"),
        };
    }

    private static string Xor(ReadOnlySpan<byte> value)
    {
        byte xor = 0;
        foreach (var b in value) xor ^= b;
        return xor.ToString("X2", CultureInfo.InvariantCulture);
    }

    private static ulong Number(ReadOnlySpan<byte> value)
    {
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        value.CopyTo(whole[(sizeof(ulong) - value.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(whole);
    }

    private static string Digits(ReadOnlySpan<byte> value, int count) => Number(value).ToString("D" + count.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string[] Pair(ReadOnlySpan<byte> value, int digits)
    {
        var (high, low) = (Digits(value[..^2], digits), Digits(value[^2..], 5));
        return [.. Between.Select(between => high + between + low)];
    }

    private static byte[] Reversed(ReadOnlySpan<byte> value)
    {
        var reversed = value.ToArray();
        Array.Reverse(reversed);
        return reversed;
    }

    private static byte[] Mirrored(ReadOnlySpan<byte> value)
    {
        var mirrored = value.ToArray();
        foreach (ref var b in mirrored.AsSpan())
        {
            var bits = 0;
            for (var bit = 0; bit < 8; bit++) bits |= ((b >> bit) & 1) << (7 - bit);
            b = (byte)bits;
        }

        return mirrored;
    }
}
