namespace KyCuong.Readers.Keyboard;

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
    ];

    /// <summary>All names, in the order of the table in hardware-notes/keyboard.md.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(f => f.Name)];

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
        _ => Technology.Em4100,
    };
}
