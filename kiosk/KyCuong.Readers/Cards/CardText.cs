using System.Buffers.Binary;
using System.Globalization;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.Cards;

/// <summary>What a card's number in a line says: which credential it is, or why it is none. Knows nothing of keys and terminators.</summary>
internal static class CardText
{
    private const int TagBytes = 5;
    private const int LongestUid = 10;

    /// <summary>Judges a complete line, not empty, whose first byte or key came at <paramref name="at"/>.</summary>
    public static void Judge(ReadOnlySpan<byte> text, ReaderOptions options, long at, IReaderSink sink)
    {
        var technology = CardFormats.TechnologyOf(options.Format);
        if (options.Format == CardFormat.BadgeCode)
        {
            LineText.Judge(text, options, at, sink);
            return;
        }

        // A reader for cards and a scanner may sit in one case.
        Span<byte> bytes = stackalloc byte[LongestUid];
        if (LineText.IsNationalId(text))
            sink.Refused(new RefusedRead(ReadError.NationalId, technology, 0, at));
        else if (Decode(text, options.Format, bytes, out var form) is not { } length)
            sink.Refused(new RefusedRead(ReadError.NotInGrammar, technology, text.Length, at));
        else if (NoIdentity.Is(form, bytes[..length]))
            sink.Refused(new RefusedRead(ReadError.DefaultIdentity, technology, text.Length, at));
        else
            sink.Read(new RawRead(technology, form, bytes[..length].ToArray(), text.Length, at));
    }

    /// <summary>Writes the credential's bytes; returns how many, or null when the text is not of this format.</summary>
    private static int? Decode(ReadOnlySpan<byte> text, CardFormat format, Span<byte> bytes, out CredentialForm form)
    {
        form = FormOf(format);
        switch (format)
        {
            case CardFormat.TagHex:
                return text.Length == 2 * TagBytes ? Hex(text, bytes, reversed: false) : null;
            case CardFormat.TagLow32 or CardFormat.Wiegand34Decimal:
                return Put(Number(text, 10), 4, bytes);
            case CardFormat.TagDecimal24 or CardFormat.Wiegand26Decimal:
                return Put(Number(text, 10), 3, bytes);
            case CardFormat.TagHex32 or CardFormat.Wiegand34Hex:
                return text.Length == 8 ? Hex(text, bytes, reversed: false) : null;
            case CardFormat.TagHex24 or CardFormat.Wiegand26Hex:
                return text.Length == 6 ? Hex(text, bytes, reversed: false) : null;
            case CardFormat.TagLow24:
                return Put(Number(text, 8), 3, bytes);
            case CardFormat.TagPair24 or CardFormat.TagPairA or CardFormat.TagPairB or CardFormat.Wiegand26Pair:
                return Put(Pair(text, 3, byte.MaxValue), 3, bytes);
            case CardFormat.TagPair32:
                return Put(Pair(text, 5, ushort.MaxValue), 4, bytes);
            case CardFormat.TagDecimal13:
                return Put(Number(text, 13), TagBytes, bytes);
            case CardFormat.TagDecimal14:
                return Put(Number(text, 14), TagBytes, bytes);
            case CardFormat.TagReversed15:
                if (Put(Number(text, 15), TagBytes, bytes) is null)
                    return null;
                foreach (ref var b in bytes[..TagBytes])
                    b = Mirror(b);
                return TagBytes;
            case CardFormat.UidHex:
                return text.Length is 8 or 14 or 20 ? Hex(text, bytes, reversed: false) : null;
            case CardFormat.UidHexReversed:
                return text.Length is 8 or 14 or 20 ? Hex(text, bytes, reversed: true) : null;
            case CardFormat.UidDecimal:
                return Put(Number(text, 10), 4, bytes);
            case CardFormat.UidDecimalReversed:
                var length = Put(Number(text, 10), 4, bytes);
                bytes[..4].Reverse();
                return length;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "not a format of numbers");
        }
    }

    private static CredentialForm FormOf(CardFormat format) => format switch
    {
        CardFormat.TagLow32 or CardFormat.TagPair32 or CardFormat.TagHex32 => CredentialForm.EmLow32,
        CardFormat.TagLow24 or CardFormat.TagPair24 or CardFormat.TagHex24 or CardFormat.TagDecimal24 => CredentialForm.EmLow24,
        CardFormat.Wiegand26Pair or CardFormat.Wiegand26Hex or CardFormat.Wiegand26Decimal => CredentialForm.Wiegand26,
        CardFormat.Wiegand34Hex or CardFormat.Wiegand34Decimal => CredentialForm.Wiegand34,
        CardFormat.TagPairA => CredentialForm.EmFirstAndLow16,
        CardFormat.TagPairB => CredentialForm.EmSecondAndLow16,
        CardFormat.UidHex or CardFormat.UidHexReversed or CardFormat.UidDecimal or CardFormat.UidDecimalReversed => CredentialForm.Uid,
        _ => CredentialForm.EmTag,
    };

    private static int? Hex(ReadOnlySpan<byte> text, Span<byte> bytes, bool reversed)
    {
        if (Convert.FromHexString(text, bytes, out _, out var written) != System.Buffers.OperationStatus.Done)
            return null;
        if (reversed)
            bytes[..written].Reverse();
        return written;
    }

    /// <summary>Exactly so many digits. The parser takes NULs behind a number for nothing, which would make another card of a shorter one.</summary>
    private static ulong? Number(ReadOnlySpan<byte> text, int digits) =>
        text.Length == digits && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Two numbers, joined by a comma, a dot or nothing; the second is five digits of 16 bits.</summary>
    private static ulong? Pair(ReadOnlySpan<byte> text, int digits, ulong most)
    {
        const int LowDigits = 5;
        var apart = text.Length == digits + 1 + LowDigits;
        if (apart ? text[digits] is not ((byte)',' or (byte)'.') : text.Length != digits + LowDigits)
            return null;
        return Number(text[..digits], digits) is { } high && high <= most && Number(text[^LowDigits..], LowDigits) is { } low && low <= ushort.MaxValue
            ? (high << 16) | low
            : null;
    }

    /// <summary>The number as so many bytes, most significant first; null when there is none or it has more bits.</summary>
    private static int? Put(ulong? number, int length, Span<byte> bytes)
    {
        if (number is not { } n || n >> (8 * length) != 0)
            return null;
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(whole, n);
        whole[^length..].CopyTo(bytes);
        return length;
    }

    private static byte Mirror(byte b)
    {
        var mirrored = 0;
        for (var bit = 0; bit < 8; bit++)
            mirrored |= ((b >> bit) & 1) << (7 - bit);
        return (byte)mirrored;
    }
}
