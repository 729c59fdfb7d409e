namespace KyCuong.Readers.Pn532;

/// <summary>What the kiosk tells a PN532 (UM0701-02, chapter 7).</summary>
/// <param name="Bytes">As they go over the line.</param>
/// <param name="Answer">The code of its answer, one more than its own.</param>
internal sealed record ChipCommand(byte[] Bytes, byte Answer)
{
    /// <summary>A host's ACK while a command runs ends that command; it is not answered.</summary>
    public static readonly byte[] Cancel = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00];

    /// <summary>Asks for the last answer again.</summary>
    public static readonly byte[] Again = [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00];

    /// <summary>
    /// Wakes a chip that sleeps, as it does when it gets power and which takes it as long as the zeros last, and with SAMConfiguration
    /// sets it to work without a security module. A chip that is awake passes over what stands in front.
    /// </summary>
    public static readonly ChipCommand Wake = Of([0x55, 0x55, .. new byte[14]], 0x14, 0x01);

    /// <summary>GetFirmwareVersion. Which one does not matter here: it shows that the line carries both ways.</summary>
    public static readonly ChipCommand Firmware = Of([], 0x02);

    /// <summary>RFConfiguration item 5: a look ends after two more tries. The chip comes with "for ever".</summary>
    public static readonly ChipCommand FiniteTries = Of([], 0x32, 0x05, 0x00, 0x01, 0x02);

    /// <summary>InListPassiveTarget: looks for up to two cards of ISO 14443-A at 106 kbit/s, and switches the field on for it.</summary>
    public static readonly ChipCommand Look = Of([], 0x4A, TargetList.MostCards, 0x00);

    /// <summary>InRelease: lets go of all cards.</summary>
    public static readonly ChipCommand Release = Of([], 0x52, 0x00);

    /// <summary>
    /// RFConfiguration item 1: field off. A card that was spoken to, or set aside for another, may be silent at the next look; one that
    /// was without power is not.
    /// </summary>
    public static readonly ChipCommand FieldOff = Of([], 0x32, 0x01, 0x00);

    private static ChipCommand Of(ReadOnlySpan<byte> inFront, params ReadOnlySpan<byte> command)
    {
        const byte ToChip = 0xD4;
        var length = command.Length + 1;
        var sum = (int)ToChip;
        foreach (var b in command)
            sum += b;
        return new ChipCommand(
            [.. inFront, 0x00, 0x00, 0xFF, (byte)length, Negative(length), ToChip, .. command, Negative(sum), 0x00],
            (byte)(command[0] + 1));
    }

    private static byte Negative(int sum) => (byte)(-sum & 0xFF);
}
