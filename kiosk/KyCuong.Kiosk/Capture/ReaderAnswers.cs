using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// What a reader that is asked answers at once when its vectors are played, by command in hex: all but what the vectors hold. A PN532 acknowledges each
/// look and its vector is the look's answer; an OSDP reader answers every poll but those of sequence 2. Pure.
/// </summary>
internal static class ReaderAnswers
{
    private const string Ack = "00 00 FF 00 FF 00 ";

    /// <summary>NXP UM0701-02: SAMConfiguration, GetFirmwareVersion, RFConfiguration items 5 and 1, InListPassiveTarget, InRelease.</summary>
    private static readonly Dictionary<string, byte[]> OfChip = new[]
    {
        ("55 55 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 FF 03 FD D4 14 01 17 00", Ack + "00 00 FF 02 FE D5 15 16 00"),
        ("00 00 FF 02 FE D4 02 2A 00", Ack + "00 00 FF 06 FA D5 03 32 01 06 07 E8 00"),
        ("00 00 FF 06 FA D4 32 05 00 01 02 F2 00", Ack + "00 00 FF 02 FE D5 33 F8 00"),
        ("00 00 FF 04 FC D4 4A 02 00 E0 00", Ack),
        ("00 00 FF 03 FD D4 52 00 DA 00", Ack + "00 00 FF 03 FD D5 53 00 D8 00"),
        ("00 00 FF 04 FC D4 32 01 00 F9 00", Ack + "00 00 FF 02 FE D5 33 F8 00"),
    }.ToDictionary(pair => pair.Item1.Replace(" ", "", StringComparison.Ordinal), pair => Bytes(pair.Item2));

    private static readonly Dictionary<string, byte[]> None = [];

    /// <summary>Those of a protocol; none where the vectors hold all that the reader says.</summary>
    public static IReadOnlyDictionary<string, byte[]> Of(IReaderProtocol? protocol, ReaderOptions options) => protocol?.Id switch
    {
        "pn532" => OfChip,
        "osdp" => OfBus(options.Address),
        _ => None,
    };

    private static Dictionary<string, byte[]> OfBus(int address)
    {
        const int crc = BusPacket.CrcBit;
        var answers = new Dictionary<string, byte[]>();
        Add(0, [0x61, 0x00], [0x45, .. Bytes("00 00 00 01 00 00 00 00 00 00 00 00")]);
        Add(1, [0x62, 0x00], [0x46, .. Bytes("03 01 01 04 01 01 05 01 01 06 01 01 08 01 00 09 00 00 0A 00 01 0B 01 00 10 02 00")]);
        foreach (var sequence in (int[])[1, 3])
        {
            Add(sequence, [0x60], [0x40]);
            Add(sequence, [0x64], [0x48, 0x00, 0x00]);
        }

        return answers;

        void Add(int sequence, byte[] command, byte[] reply) => answers.Add(
            Convert.ToHexString([0xFF, .. BusPacket.Build(address, sequence | crc, command)]), BusPacket.Build(address | BusPacket.ReplyBit, sequence | crc, reply));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
