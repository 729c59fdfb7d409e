using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// Other numbers in place of cards' numbers as bytes, also of those that name nobody and are refused: a blank one stays what it is, of a random or
/// cut UID the mark stays and the rest, which may be a part of a card's number, does not. Pure but for the names.
/// </summary>
internal static class UidNames
{
    private const byte RandomUid = 0x08;
    private const byte CascadeTag = 0x88;

    private static readonly byte[][] MakersDefaults = [[0xDE, 0xAD, 0xBE, 0xEF], [0x01, 0x02, 0x03, 0x04], [0x12, 0x34, 0x56, 0x78]];

    /// <summary>The value to write for this one.</summary>
    public static byte[] Of(CredentialForm form, ReadOnlySpan<byte> value, Pseudonyms names)
    {
        if (!value.ContainsAnyExcept((byte)0x00) || !value.ContainsAnyExcept((byte)0xFF)) return value.ToArray();
        if (form == CredentialForm.Uid && value.Length == 4)
            foreach (var known in MakersDefaults)
                if (value.SequenceEqual(known)) return known;
        var fresh = names.Of(form, value);
        if (form != CredentialForm.Uid || value.Length != 4) return fresh;
        if (value[0] is RandomUid or CascadeTag) fresh[0] = value[0];
        else if (value[^1] == CascadeTag) fresh[^1] = CascadeTag;
        return fresh;
    }
}
