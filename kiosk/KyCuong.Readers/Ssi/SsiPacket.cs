namespace KyCuong.Readers.Ssi;

/// <summary>
/// Packets to a scanner, <c>length opcode source status data checksum(2)</c> (Zebra's Simple Serial Interface guide): the length counts everything
/// but the checksum, which is the two's complement of the sum of what the length counts, high byte first.
/// </summary>
internal static class SsiPacket
{
    public const byte Acknowledge = 0xD0;
    public const byte Refuse = 0xD1;
    public const byte ParamSend = 0xC6;
    public const byte RevisionReply = 0xA4;
    public const byte DecodeData = 0xF3;

    /// <summary>GROW's own: a scan whose length does not fit one byte.</summary>
    public const byte LongDecodeData = 0xF4;

    public const byte Event = 0xF6;

    /// <summary>Length, opcode, source, status.</summary>
    public const int Head = 4;

    /// <summary>FF, opcode, length in two bytes, opcode once more, source, status.</summary>
    public const int LongHead = 7;

    public const int ChecksumBytes = 2;

    /// <summary>The source byte of what the kiosk sends.</summary>
    public const byte Host = 0x04;

    /// <summary>The source byte of what a scanner sends.</summary>
    public const byte Scanner = 0x00;

    private const byte ParamRequest = 0xC7;
    private const byte RevisionRequest = 0xA3;
    private const byte BeepCommand = 0xE6;
    private const byte LedOnCommand = 0xE7;
    private const byte LedOffCommand = 0xE8;
    private const byte Resend = 0x01;
    private const byte NoBeep = 0xFF;
    private const byte DecodeLed = 0x01;

    /// <summary>Takes note of a packet; a scanner that does not get it sends the packet again.</summary>
    public static byte[] Ack() => Build(Acknowledge);

    /// <summary>Asks for the last packet once more.</summary>
    public static byte[] SendAgain() => Build(Refuse, Resend);

    /// <summary>Asks for the software's name; answered with <see cref="RevisionReply"/>. The 00 in front wakes a scanner that sleeps.</summary>
    public static byte[] WakeAndAskRevision() => [0x00, .. Build(RevisionRequest)];

    /// <summary>Asks for a parameter; answered with <see cref="ParamSend"/>, a beep code, the parameter and its value.</summary>
    public static byte[] AskParameter(byte parameter) => Build(ParamRequest, parameter);

    /// <summary>Sets a parameter, without a beep, until the scanner loses its power.</summary>
    public static byte[] SetParameter(byte parameter, byte value) => Build(ParamSend, NoBeep, parameter, value);

    /// <summary>Sounds the beeper.</summary>
    public static byte[] Beep(byte code) => Build(BeepCommand, code);

    /// <summary>Switches the light that tells a good scan on.</summary>
    public static byte[] LedOn() => Build(LedOnCommand, DecodeLed);

    /// <summary>Switches it off.</summary>
    public static byte[] LedOff() => Build(LedOffCommand, DecodeLed);

    private static byte[] Build(byte opcode, params ReadOnlySpan<byte> data)
    {
        byte[] packet = [(byte)(Head + data.Length), opcode, Host, 0x00, .. data, 0, 0];
        var sum = 0;
        foreach (var b in packet)
            sum += b;
        var checksum = -sum & 0xFFFF;
        packet[^2] = (byte)(checksum >> 8);
        packet[^1] = (byte)(checksum & 0xFF);
        return packet;
    }
}
