using System.Buffers.Binary;

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
        return form switch
        {
            CredentialForm.Uid when value.Length == 4 => value[0] is RandomUid or CascadeTag || value[^1] == CascadeTag || IsMakersDefault(value),
            // Whether the bytes of a UID come in order or reversed is not known there.
            CredentialForm.Wiegand34 => IsMakersDefault(value) || IsMakersDefault([value[3], value[2], value[1], value[0]]),
            _ => false,
        };
    }

    private static bool IsMakersDefault(ReadOnlySpan<byte> uid) => BinaryPrimitives.ReadUInt32BigEndian(uid) is 0xDEADBEEF or 0x01020304 or 0x12345678;
}
