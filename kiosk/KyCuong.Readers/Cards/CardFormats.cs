namespace KyCuong.Readers.Cards;

/// <summary>The names of <see cref="CardFormat"/> in the configuration. Immutable, thread-safe.</summary>
public static class CardFormats
{
    private static readonly (string Name, CardFormat Format)[] All =
    [
        ("kc1", CardFormat.BadgeCode),
        ("10h", CardFormat.TagHex),
        ("8h10d", CardFormat.TagLow32),
        ("6h8d", CardFormat.TagLow24),
        ("3+5", CardFormat.TagPair24),
        ("5+5", CardFormat.TagPair32),
        ("3.5a", CardFormat.TagPairA),
        ("3.5b", CardFormat.TagPairB),
        ("13d", CardFormat.TagDecimal13),
        ("14d", CardFormat.TagDecimal14),
        ("15d", CardFormat.TagReversed15),
        ("uid", CardFormat.UidHex),
        ("uid-reversed", CardFormat.UidHexReversed),
        ("uid-dec", CardFormat.UidDecimal),
        ("uid-dec-reversed", CardFormat.UidDecimalReversed),
        ("8h", CardFormat.TagHex32),
        ("6h", CardFormat.TagHex24),
        ("6h10d", CardFormat.TagDecimal24),
        ("w26", CardFormat.Wiegand26Pair),
        ("w26-hex", CardFormat.Wiegand26Hex),
        ("w26-dec", CardFormat.Wiegand26Decimal),
        ("w34", CardFormat.Wiegand34Hex),
        ("w34-dec", CardFormat.Wiegand34Decimal),
    ];

    /// <summary>The names of formats, for messages.</summary>
    public static IEnumerable<string> NamesOf(IEnumerable<CardFormat> formats) => formats.Select(NameOf);

    /// <summary>The format of that name, compared exactly; null when there is none.</summary>
    public static CardFormat? Find(string name)
    {
        foreach (var (known, format) in All)
        {
            if (string.Equals(known, name, StringComparison.Ordinal))
                return format;
        }

        return null;
    }

    /// <summary>As <see cref="Find"/> reads it.</summary>
    public static string NameOf(CardFormat format) => All.First(f => f.Format == format).Name;

    /// <summary>What a card of this format is.</summary>
    public static Technology TechnologyOf(CardFormat format) => format switch
    {
        CardFormat.BadgeCode => Technology.Optical,
        CardFormat.UidHex or CardFormat.UidHexReversed or CardFormat.UidDecimal or CardFormat.UidDecimalReversed => Technology.Iso14443A,
        CardFormat.Wiegand26Pair or CardFormat.Wiegand26Hex or CardFormat.Wiegand26Decimal or CardFormat.Wiegand34Hex or CardFormat.Wiegand34Decimal => Technology.Wiegand,
        _ => Technology.Em4100,
    };
}
