namespace KyCuong.Readers;

/// <summary>CRC-16/XMODEM: polynomial 1021h, start 0, nothing reflected, no final XOR. Its check value for "123456789" is 31C3h.</summary>
internal static class Crc16Xmodem
{
    private const int Polynomial = 0x1021;

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? Polynomial : 0)) & 0xFFFF;
        }

        return crc;
    }
}
