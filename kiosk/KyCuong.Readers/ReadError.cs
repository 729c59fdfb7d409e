namespace KyCuong.Readers;

/// <summary>Why input was refused. A closed list, so that it can be counted and every reason has its sentence.</summary>
public enum ReadError
{
    /// <summary>A complete frame whose checksum does not fit: a weak read or a disturbed line.</summary>
    BadChecksum,

    /// <summary>A frame that was cut, or holds a character where it cannot be.</summary>
    BadFrame,

    /// <summary>More bytes than any credential has.</summary>
    TooLong,

    /// <summary>A complete text that is no credential of ours.</summary>
    NotInGrammar,

    /// <summary>A number that many cards share (all zeros, all ones, a maker's test value, a random or cut UID): no identity.</summary>
    DefaultIdentity,

    /// <summary>The code on a citizen identity card. Recognised to be refused with its own message; nothing of it is kept.</summary>
    NationalId,

    /// <summary>A symbology other than QR where the reader is set to QR only.</summary>
    WrongSymbology,

    /// <summary>Keys pressed more slowly than any reader types: somebody at the keys of a keyboard.</summary>
    TypedByHand,

    /// <summary>Two cards stood before the reader together and it cannot be said whose tap it is.</summary>
    TwoCards,

    /// <summary>A card stood beside the one that was taken. Nobody need be told.</summary>
    CardBeside,

    /// <summary>A card was held to the reader and nothing was read of it: too short, or not close enough.</summary>
    NotRead,
}
