namespace KyCuong.Readers.Osdp;

/// <summary>Codes of the commands and replies used here (SIA OSDP 2.1.7, annexes A and B).</summary>
internal static class OsdpCode
{
    public const byte Poll = 0x60;
    public const byte AskIdentity = 0x61;
    public const byte AskCapabilities = 0x62;
    public const byte AskStatus = 0x64;
    public const byte Light = 0x69;
    public const byte Sound = 0x6A;

    public const byte Nak = 0x41;
    public const byte Capabilities = 0x46;
    public const byte Status = 0x48;
    public const byte ReaderStatus = 0x4B;
    public const byte RawCard = 0x50;
    public const byte FormattedCard = 0x51;
    public const byte Busy = 0x79;

    /// <summary>NAK: the sequence number was not the expected one.</summary>
    public const byte WrongSequence = 0x04;

    /// <summary>NAK: only encrypted commands are taken.</summary>
    public const byte SecurityNeeded = 0x06;

    /// <summary>Capability: control of lights.</summary>
    public const byte CanLight = 4;

    /// <summary>Capability: control of the buzzer.</summary>
    public const byte CanSound = 5;

    /// <summary>Capability: CRC besides the checksum.</summary>
    public const byte CanCrc = 8;
}
