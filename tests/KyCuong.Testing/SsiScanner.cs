namespace KyCuong.Testing;

/// <summary>
/// A scanner with SSI packets as Zebra's guide and GROW's manual describe it: parameters that commands set, a name, light and beeper,
/// scans that are sent again until the host takes note. Pure. Written from the guide and without the driver's code.
/// </summary>
public sealed class SsiScanner : ITestModule
{
    /// <summary>Parameter of set-up by code; 1 = on.</summary>
    public const byte SetupCodes = 0xEC;

    /// <summary>Commands, and the answers of a scanner in factory setting, as printed in public lists of constants; answers are empty where none is printed.</summary>
    public static readonly IReadOnlyList<(string Command, string Answer)> Published =
    [
        ("04 A3 04 00 FF 55", ""),
        ("05 E7 04 00 01 FF 0F", "04 D0 00 00 FF 2C"),
        ("05 E8 04 00 01 FF 0E", "04 D0 00 00 FF 2C"),
        ("04 E9 04 00 FF 0F", "04 D0 00 00 FF 2C"),
        ("07 C6 04 08 00 EC 00 FE 3B", "04 D0 00 00 FF 2C"),
        ("07 C6 04 08 00 EC 01 FE 3A", "04 D0 00 00 FF 2C"),
    ];

    private readonly List<byte> _heard = [];

    /// <summary>Parameters by number, as the scanner was delivered.</summary>
    public Dictionary<byte, byte> Parameters { get; } = new() { [SetupCodes] = 1 };

    /// <summary>False: no power, or the wire to it is off.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>False: a model that acknowledges the setting and does not keep it.</summary>
    public bool KeepsSetupCodesOff { get; set; } = true;

    /// <summary>False: a model that denies to tell its parameters.</summary>
    public bool TellsParameters { get; set; } = true;

    /// <summary>True: it sleeps and loses the first bytes that come, which wake it.</summary>
    public bool Sleeps { get; set; }

    /// <summary>Packets understood, in hex, those of its scans' handshake left out.</summary>
    public List<string> Log { get; } = [];

    /// <summary>How often the host took note of a scan.</summary>
    public int Noted { get; private set; }

    /// <summary>How often the host asked for a packet again.</summary>
    public int AskedAgain { get; private set; }

    /// <summary>True when set-up by code is switched off.</summary>
    public bool IsGuarded => Parameters[SetupCodes] == 0;

    /// <summary>A scan as the scanner sends it, QR.</summary>
    /// <param name="text">What stands in the code.</param>
    /// <param name="sentAgain">True: it was sent before.</param>
    /// <param name="moreFollow">True: another packet belongs to it.</param>
    public static byte[] Scan(ReadOnlySpan<byte> text, bool sentAgain = false, bool moreFollow = false) =>
        Packet(0xF3, (byte)((sentAgain ? 1 : 0) + (moreFollow ? 2 : 0)), [0xF1, .. text]);

    /// <summary>GROW's long packet.</summary>
    public static byte[] LongScan(ReadOnlySpan<byte> text, bool sentAgain = false)
    {
        var length = 8 + text.Length;
        return Summed([0xFF, 0xF4, (byte)(length / 256), (byte)(length % 256), 0xF4, 0x00, (byte)(sentAgain ? 1 : 0), 0xF1, .. text]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Hear(ReadOnlySpan<byte> bytes)
    {
        var answers = new List<byte[]>();
        if (Sleeps && !bytes.IsEmpty)
        {
            Sleeps = false;
            return answers;
        }

        foreach (var b in bytes)
        {
            if (_heard.Count == 0 && b == 0)
                continue;
            _heard.Add(b);
            if (_heard.Count < _heard[0] + 2)
                continue;
            byte[] packet = [.. _heard];
            _heard.Clear();
            if (Answers && Do(packet) is { } answer)
                answers.Add(answer);
        }

        return answers;
    }

    /// <inheritdoc/>
    public void LosePower()
    {
        _heard.Clear();
        Parameters[SetupCodes] = 1;
    }

    private byte[]? Do(byte[] packet)
    {
        if (!packet.AsSpan().SequenceEqual(Summed(packet[..^2])))
            return Packet(0xD1, 0, [1]);
        if (packet[1] == 0xD0)
            Noted++;
        else if (packet[1] == 0xD1)
            AskedAgain++;
        else
            Log.Add(Convert.ToHexString(packet));
        switch (packet[1])
        {
            case 0xD0 or 0xD1:
                return null;
            case 0xA3:
                return Packet(0xA4, 0, "PAAABS00-007-R00D0 10 14 03"u8);
            case 0xC6:
                if (packet[5] != SetupCodes || KeepsSetupCodesOff)
                    Parameters[packet[5]] = packet[6];
                return Packet(0xD0, 0, []);
            case 0xC7:
                return TellsParameters && Parameters.TryGetValue(packet[4], out var value) ? Packet(0xC6, 0, [0xFF, packet[4], value]) : Packet(0xD1, 0, [6]);
            case 0xE6 or 0xE7 or 0xE8 or 0xE9 or 0xEA:
                return Packet(0xD0, 0, []);
            default:
                return Packet(0xD1, 0, [2]);
        }
    }

    private static byte[] Packet(byte opcode, byte status, ReadOnlySpan<byte> data) => Summed([(byte)(4 + data.Length), opcode, 0x00, status, .. data]);

    // As the guide has it: add all bytes, turn every bit, add one.
    private static byte[] Summed(byte[] packet)
    {
        ushort sum = 0;
        foreach (var b in packet)
            sum = (ushort)((sum + b) % 0x10000);
        var checksum = (ushort)((~sum + 1) & 0xFFFF);
        return [.. packet, (byte)(checksum / 256), (byte)(checksum % 256)];
    }
}
