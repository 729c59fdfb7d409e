using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using KyCuong.Protos.V1;

namespace KyCuong.Protos.Badges;

/// <summary>
/// One card, many spellings: how lists and reader programs write a card's number (readers, sections 3.1 and 9).
/// A spelling that drops bits gives a partial identity; text that is not exactly of its kind is refused. Pure.
/// </summary>
public static class BadgeSpelling
{
    private delegate BadgeIdentity? Parser(ReadOnlySpan<char> text);

    private static readonly Dictionary<string, Parser> Kinds = new(StringComparer.Ordinal)
    {
        ["em10h"] = text => Hex(text, 5, CredentialLevel.Em),
        ["em8h10d"] = text => Decimal(text, 10, uint.MaxValue) is { } n ? Create(CredentialLevel.Em32, (uint)n, 4) : null,
        ["em6h8d"] = text => Decimal(text, 8, 0xFFFFFF) is { } n ? Create(CredentialLevel.Em24, (uint)n, 3) : null,
        ["em3+5"] = text => Pair(text, 3, 0xFF) is { } n ? Create(CredentialLevel.Em24, n, 3) : null,
        ["em5+5"] = text => Pair(text, 5, 0xFFFF) is { } n ? Create(CredentialLevel.Em32, n, 4) : null,
        ["em3.5a"] = text => Pair(text, 3, 0xFF) is { } n ? Create(CredentialLevel.EmA, n, 3) : null,
        ["em3.5b"] = text => Pair(text, 3, 0xFF) is { } n ? Create(CredentialLevel.EmB, n, 3) : null,
        ["uid"] = text => Uid(text, reversed: false),
        ["uid-reversed"] = text => Uid(text, reversed: true),
        // Readers print the four bytes as one number, first byte most significant, or reversed.
        ["uid-dec"] = text => Decimal(text, 10, uint.MaxValue) is { } n ? Create(CredentialLevel.A, (uint)n, 4) : null,
        ["uid-dec-reversed"] = text => Decimal(text, 10, uint.MaxValue) is { } n
            ? Create(CredentialLevel.A, BinaryPrimitives.ReverseEndianness((uint)n), 4) : null,
        ["w26"] = text => Pair(text, 3, 0xFF) is { } n ? Create(CredentialLevel.W26, n, 3) : null,
        ["w34"] = text => Hex(text, 4, CredentialLevel.W34),
        ["kc1"] = text => BadgeToken.TryParse(text, out var identity) ? identity : null,
    };

    /// <summary>The names of the spellings, for messages.</summary>
    public static IReadOnlyCollection<string> Names => Kinds.Keys;

    /// <summary>True for a spelling this knows.</summary>
    public static bool IsKnown(string kind) => Kinds.ContainsKey(kind);

    /// <summary>
    /// The identity that <paramref name="text"/> spells in the way <paramref name="kind"/>; false when the text is not of
    /// that kind or is no identity (all zero, a maker's test value, …).
    /// </summary>
    public static bool TryParse(string kind, ReadOnlySpan<char> text, [NotNullWhen(true)] out BadgeIdentity? identity)
    {
        identity = Kinds.TryGetValue(kind, out var parser) ? parser(text) : null;
        return identity is not null;
    }

    private static BadgeIdentity? Hex(ReadOnlySpan<char> text, int length, CredentialLevel level)
    {
        Span<byte> bytes = stackalloc byte[10];
        return text.Length == 2 * length && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? BadgeIdentity.TryCreate(level, bytes[..length])
            : null;
    }

    private static BadgeIdentity? Uid(ReadOnlySpan<char> text, bool reversed)
    {
        Span<byte> bytes = stackalloc byte[10];
        if (text.Length is not (8 or 14 or 20)) return null;
        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return null;
        bytes = bytes[..(text.Length / 2)];
        if (reversed) bytes.Reverse();
        return BadgeIdentity.TryCreate(CredentialLevel.A, bytes);
    }

    /// <summary>Exactly so many digits. Fewer mean a spreadsheet ate leading zeros: refused rather than guessed (readers, 9.4); so do NULs, which the parser takes for nothing.</summary>
    private static ulong? Decimal(ReadOnlySpan<char> text, int digits, ulong most) =>
        text.Length == digits && !text.ContainsAnyExceptInRange('0', '9') && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;

    /// <summary>Two groups of digits, joined by a comma, a dot or nothing; the second is five digits of 16 bits.</summary>
    private static uint? Pair(ReadOnlySpan<char> text, int firstDigits, uint firstMost)
    {
        if (text.Length == firstDigits + 6 && text[firstDigits] is not (',' or '.')) return null;
        if (text.Length != firstDigits + 5 && text.Length != firstDigits + 6) return null;
        return Decimal(text[..firstDigits], firstDigits, firstMost) is { } high && Decimal(text[^5..], 5, 0xFFFF) is { } low
            ? ((uint)high << 16) | (uint)low
            : null;
    }

    private static BadgeIdentity? Create(CredentialLevel level, uint number, int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return BadgeIdentity.TryCreate(level, bytes[(4 - length)..]);
    }
}
