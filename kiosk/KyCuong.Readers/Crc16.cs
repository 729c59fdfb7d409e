namespace KyCuong.Readers;

/// <summary>CRC-16 with polynomial 1021h, nothing reflected, no final XOR. Started with 0 (XMODEM) its check value for "123456789" is 31C3h, with 1D0Fh it is E5CCh.</summary>
internal static class Crc16
{
    private const int Polynomial = 0x1021;

    public static int Of(ReadOnlySpan<byte> bytes, int start = 0)
    {
        var crc = start;
        foreach (var b in bytes)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? Polynomial : 0)) & 0xFFFF;
        }

        return crc;
    }
}
