namespace KyCuong.Readers.Osdp;

/// <summary>
/// Packets of OSDP: <c>53 address lengthL lengthH control code data check</c>. The length counts all of it. Check: CRC-16 started with 1D0F, low byte
/// first, or one byte that makes the sum zero. Source: SIA OSDP 2.1.7, section 2.
/// </summary>
internal static class OsdpPacket
{
    public const byte Start = 0x53;

    /// <summary>Set in the address of a reply.</summary>
    public const byte ReplyBit = 0x80;

    public const byte SequenceBits = 0x03;
    public const byte CrcBit = 0x04;
    public const byte SecurityBit = 0x08;

    /// <summary>Start to control.</summary>
    public const int Head = 5;

    /// <summary>Longest packet there may be, bytes (the standard's receive buffers).</summary>
    public const int MaxLength = 1440;

    private const byte Mark = 0xFF;
    private const int CrcStart = 0x1D0F;

    /// <summary>A command, with a mark in front that lets the line settle.</summary>
    public static byte[] Command(int address, int sequence, bool crc, byte code, ReadOnlySpan<byte> data)
    {
        var length = Head + 1 + data.Length + CheckBytes(crc);
        byte[] packet = [Mark, Start, (byte)address, (byte)(length & 0xFF), (byte)(length >> 8), (byte)(sequence | (crc ? CrcBit : 0)), code, .. data, .. new byte[CheckBytes(crc)]];
        var covered = packet.AsSpan(1, length - CheckBytes(crc));
        if (crc)
        {
            var check = Crc16.Of(covered, CrcStart);
            packet[^2] = (byte)(check & 0xFF);
            packet[^1] = (byte)(check >> 8);
        }
        else
        {
            packet[^1] = (byte)(-Sum(covered) & 0xFF);
        }

        return packet;
    }

    public static int CheckBytes(bool crc) => crc ? 2 : 1;

    /// <summary>True when the check of a whole packet, from its 53 on, is good.</summary>
    public static bool IsGood(ReadOnlySpan<byte> packet) => (packet[4] & CrcBit) != 0
        ? Crc16.Of(packet[..^2], CrcStart) == (packet[^1] << 8 | packet[^2])
        : (Sum(packet) & 0xFF) == 0;

    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var b in bytes)
            sum += b;
        return sum;
    }
}
