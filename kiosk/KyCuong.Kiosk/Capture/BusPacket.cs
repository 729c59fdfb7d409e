namespace KyCuong.Kiosk.Capture;

/// <summary>Packets of OSDP, <c>53 address lengthL lengthH control code data check</c> (SIA OSDP 2.1.7, section 2), made apart from the driver's code. Pure.</summary>
internal static class BusPacket
{
    public const byte Start = 0x53;
    public const byte ReplyBit = 0x80;
    public const int SequenceBits = 0x03;
    public const int CrcBit = 0x04;
    public const int SecurityBit = 0x08;

    /// <summary>Start to control.</summary>
    public const int Head = 5;

    private const int Polynomial = 0x1021;
    private const int CrcStart = 0x1D0F;

    /// <summary>A packet around code and data.</summary>
    public static byte[] Build(int address, int control, ReadOnlySpan<byte> body)
    {
        var length = Head + body.Length + CheckBytes(control);
        byte[] packet = [Start, (byte)address, (byte)(length & 0xFF), (byte)(length >> 8), (byte)control, .. body];
        return [.. packet, .. Check(packet, control)];
    }

    /// <summary>True when the check of a whole packet is right.</summary>
    public static bool IsGood(ReadOnlySpan<byte> packet) => Check(packet[..^CheckBytes(packet[4])], packet[4]).AsSpan().SequenceEqual(packet[^CheckBytes(packet[4])..]);

    /// <summary>Code and data of a whole packet.</summary>
    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> packet) => packet[Head..^CheckBytes(packet[4])];

    public static int CheckBytes(int control) => (control & CrcBit) != 0 ? 2 : 1;

    private static byte[] Check(ReadOnlySpan<byte> covered, int control)
    {
        if ((control & CrcBit) == 0)
        {
            var sum = 0;
            foreach (var b in covered) sum += b;
            return [(byte)(-sum & 0xFF)];
        }

        var crc = CrcStart;
        foreach (var b in covered)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ Polynomial) & 0xFFFF : crc << 1;
        }

        return [(byte)(crc & 0xFF), (byte)(crc >> 8)];
    }
}
