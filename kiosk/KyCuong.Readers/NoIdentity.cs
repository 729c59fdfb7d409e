namespace KyCuong.Readers;

/// <summary>Numbers that many cards share, so that they name nobody: blank, defective and "magic" cards, random and cut UIDs. Pure.</summary>
internal static class NoIdentity
{
    /// <summary>First byte of a UID that the card draws anew at each tap: phones, many bank and identity cards (ISO/IEC 14443-3).</summary>
    private const byte RandomUid = 0x08;

    /// <summary>The cascade tag. In front of three bytes it is what some readers make of a UID of seven.</summary>
    private const byte CascadeTag = 0x88;

    /// <summary>True when the value is none of one card. A badge code never is: its check symbol is for the contract's parser.</summary>
    public static bool Is(CredentialForm form, ReadOnlySpan<byte> value)
    {
        if (form == CredentialForm.BadgeCode)
            return false;
        if (!value.ContainsAnyExcept((byte)0x00) || !value.ContainsAnyExcept((byte)0xFF))
            return true;
        if (form != CredentialForm.Uid || value.Length != 4)
            return false;
        return value[0] is RandomUid or CascadeTag || value[^1] == CascadeTag || IsMakersDefault(value);
    }

    private static bool IsMakersDefault(ReadOnlySpan<byte> uid) =>
        uid.SequenceEqual((ReadOnlySpan<byte>)[0xDE, 0xAD, 0xBE, 0xEF])
        || uid.SequenceEqual((ReadOnlySpan<byte>)[0x01, 0x02, 0x03, 0x04])
        || uid.SequenceEqual((ReadOnlySpan<byte>)[0x12, 0x34, 0x56, 0x78]);
}
