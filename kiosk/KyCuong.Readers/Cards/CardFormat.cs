namespace KyCuong.Readers.Cards;

/// <summary>
/// What a reader spells a card as, one format a reader, set and never guessed: ten digits may be a tag, a UID or a typed number.
/// Names in the configuration: <see cref="CardFormats"/>. Tag bytes are b0 to b4, b0 the version byte. Each has a fixed length,
/// leading zeros included; another length is refused, never padded. Sources: reader makers' pages, hardware-notes/keyboard.md, wiegand-serial.md.
/// </summary>
public enum CardFormat
{
    /// <summary>A badge code, <c>KC1:</c> and 16 symbols (hardware-notes/kc1-badge.md): scanners that act as a keyboard.</summary>
    BadgeCode,

    /// <summary>10H: the ten hex digits of an EM4100 tag.</summary>
    TagHex,

    /// <summary>8H10D: b1 to b4 as ten decimal digits, the number printed on most cards.</summary>
    TagLow32,

    /// <summary>6H8D: b2 to b4 as eight decimal digits.</summary>
    TagLow24,

    /// <summary>2H4H, "3+5", 3.5C, Wiegand 26: b2 as three digits, b3 b4 as five; between them a comma, a dot or nothing.</summary>
    TagPair24,

    /// <summary>4H4H, "5+5": b1 b2 as five digits, b3 b4 as five; between them a comma, a dot or nothing.</summary>
    TagPair32,

    /// <summary>3.5A: b0 as three digits, b3 b4 as five; between them a comma, a dot or nothing.</summary>
    TagPairA,

    /// <summary>3.5B: b1 as three digits, b3 b4 as five; between them a comma, a dot or nothing.</summary>
    TagPairB,

    /// <summary>IK2, 13D: all five bytes as 13 decimal digits.</summary>
    TagDecimal13,

    /// <summary>IK2, 14D: all five bytes as 14 decimal digits.</summary>
    TagDecimal14,

    /// <summary>IK3, 15D: the bits of each byte reversed, then all five bytes as 15 decimal digits.</summary>
    TagReversed15,

    /// <summary>UID of an ISO 14443-A card in hex, first byte first: 8, 14 or 20 digits.</summary>
    UidHex,

    /// <summary>UID in hex, last byte first: 8, 14 or 20 digits.</summary>
    UidHexReversed,

    /// <summary>UID of four bytes as ten decimal digits, first byte most significant.</summary>
    UidDecimal,

    /// <summary>UID of four bytes as ten decimal digits, last byte most significant.</summary>
    UidDecimalReversed,

    /// <summary>b1 to b4 as eight hex digits: a Wiegand 34 reader for EM4100 behind a converter.</summary>
    TagHex32,

    /// <summary>b2 to b4 as six hex digits: a Wiegand 26 reader for EM4100 behind a converter.</summary>
    TagHex24,

    /// <summary>b2 to b4 as ten decimal digits.</summary>
    TagDecimal24,

    /// <summary>The 24 bits of Wiegand 26, of a card nobody knows more of: the first byte as three digits, the others as five; between them a comma, a dot or nothing.</summary>
    Wiegand26Pair,

    /// <summary>The 24 bits of Wiegand 26 as six hex digits.</summary>
    Wiegand26Hex,

    /// <summary>The 24 bits of Wiegand 26 as ten decimal digits.</summary>
    Wiegand26Decimal,

    /// <summary>The 32 bits of Wiegand 34 as eight hex digits.</summary>
    Wiegand34Hex,

    /// <summary>The 32 bits of Wiegand 34 as ten decimal digits.</summary>
    Wiegand34Decimal,
}
