namespace KyCuong.Readers.Em4100;

/// <summary>
/// What the serial EM4100 modules say: 10 hex digits of the tag, then the XOR of its five bytes as two hex digits
/// (ID-12LA datasheet, "Data format"). How those 12 characters are framed is the matter of each module.
/// </summary>
internal static class Em4100Text
{
    /// <summary>Characters of the tag number.</summary>
    public const int TagDigits = 10;

    /// <summary>Characters of tag number and checksum together.</summary>
    public const int Length = 12;

    public static bool IsHex(byte b) => char.IsAsciiHexDigit((char)b);

    /// <summary>Judges the 12 characters of a frame that began at <paramref name="at"/> and had <paramref name="frameLength"/> bytes.</summary>
    public static void Judge(ReadOnlySpan<byte> text, int frameLength, long at, IReaderSink sink)
    {
        Span<byte> bytes = stackalloc byte[Length / 2];
        for (var i = 0; i < Length; i++)
        {
            if (!IsHex(text[i]))
            {
                sink.Refused(new RefusedRead(ReadError.BadFrame, Technology.Em4100, frameLength, at));
                return;
            }

            bytes[i / 2] = (byte)((bytes[i / 2] << 4) | Nibble(text[i]));
        }

        var tag = bytes[..(TagDigits / 2)];
        byte xor = 0;
        foreach (var b in tag)
            xor ^= b;

        // A tag of all zeros has the good checksum 00, which is also what a shorted line or a blank tag gives; all ones likewise FF.
        if (xor != bytes[^1])
            sink.Refused(new RefusedRead(ReadError.BadChecksum, Technology.Em4100, frameLength, at));
        else if (NoIdentity.Is(CredentialForm.EmTag, tag))
            sink.Refused(new RefusedRead(ReadError.DefaultIdentity, Technology.Em4100, frameLength, at));
        else
            sink.Read(new RawRead(Technology.Em4100, CredentialForm.EmTag, tag.ToArray(), TagDigits, at));
    }

    private static int Nibble(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
