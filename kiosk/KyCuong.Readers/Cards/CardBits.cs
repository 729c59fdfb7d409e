namespace KyCuong.Readers.Cards;

/// <summary>
/// What the bits are that a reader gives of a card, set and never guessed: 32 bits may be a UID, a tag or a number of the maker's.
/// Names in the configuration: <see cref="CardBitsNames"/>.
/// </summary>
public enum CardBits
{
    /// <summary>Nobody knows: Wiegand 26 and 34 only, as identities of their own.</summary>
    Wiegand,

    /// <summary>EM4100: 40 bits, the whole tag; 32, or 34 with parity, its last four bytes; 26 with parity, its last three.</summary>
    Tag,

    /// <summary>UID of an ISO 14443-A card, first byte first: 32, 56 or 80 bits, or 34 with parity.</summary>
    Uid,

    /// <summary>The same, last byte first.</summary>
    UidReversed,
}

/// <summary>The names of <see cref="CardBits"/> in the configuration. Immutable, thread-safe.</summary>
public static class CardBitsNames
{
    private static readonly (string Name, CardBits Bits)[] All = [("wiegand", CardBits.Wiegand), ("em", CardBits.Tag), ("uid", CardBits.Uid), ("uid-reversed", CardBits.UidReversed)];

    /// <summary>All names, for messages.</summary>
    public static string Known { get; } = string.Join(", ", All.Select(b => b.Name));

    /// <summary>What that name means, compared exactly; null when there is none.</summary>
    public static CardBits? Find(string name)
    {
        foreach (var (known, bits) in All)
        {
            if (string.Equals(known, name, StringComparison.Ordinal))
                return bits;
        }

        return null;
    }

    /// <summary>As <see cref="Find"/> reads it.</summary>
    public static string NameOf(CardBits bits) => All.First(b => b.Bits == bits).Name;
}
