namespace KyCuong.Testing;

/// <summary>
/// A GROW scanner module as its manual describes it: zone bytes that commands read and write, a heartbeat, and set-up codes held in
/// front of it. Pure: bytes in, bytes out. Written from the manual's examples and without the driver's code.
/// </summary>
public sealed class GrowModule : ITestModule
{
    /// <summary>The command and its answer, as printed in the manuals of the GM65 and GM861 and in public notes on them.</summary>
    public static readonly IReadOnlyList<(string Command, string Answer)> Published =
    [
        ("7E 00 07 01 00 2A 02 D8 0F", "02 00 00 02 39 01 C1 4C"),
        ("7E 00 08 01 00 03 02 01 88", "02 00 00 01 00 33 31"),
        ("7E 00 08 01 00 0A 3E 4C CF", "02 00 00 01 00 33 31"),
        ("7E 00 08 01 00 0A 3E 11 22", ""),
        ("7E 00 08 01 00 02 01 AB CD", "02 00 00 01 00 33 31"),
        ("7E 00 09 01 00 00 00 DE C8", "02 00 00 01 00 33 31"),
        ("7E 00 0A 01 00 00 00 30 1A", "03 00 00 01 00 33 31"),
        ("7E 00 07 01 00 00 62 5D 84", "02 00 00 62 " + Dump + " 30 FE"),
    ];

    // Zone bytes 00 to 61 of a GM861, captured.
    private const string Dump =
        "D6 00 20 00 00 0A 32 01 2C 00 87 3C 01 A1 1C 32 03 00 80 00 06 00 00 00 00 00 00 00 00 00 00 00 00 02 80 3C 00 00 00 06 00 00 39 01 05 64 "
        + "0D 0D 0D 01 0D 01 04 80 09 04 80 05 04 80 01 04 80 01 08 04 80 08 04 80 08 04 80 08 04 80 08 01 80 00 00 00 04 80 01 01 00 00 00 00 04 80 "
        + "00 00 03 00 01 00";

    private const int CommandBytes = 9; // with one data byte, as all the commands here have

    private readonly List<byte> _heard = [];

    /// <summary>Where the setting of set-up codes lies.</summary>
    public const int SetupCodeZone = 3;

    /// <summary>Zone bytes as the module was delivered.</summary>
    public byte[] Zones { get; } = [.. Bytes(Dump), .. new byte[0x100 - 0x62]];

    /// <summary>False: no power, or switched to another interface.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>False: a model without the heartbeat command.</summary>
    public bool HasHeartbeat { get; set; } = true;

    /// <summary>False: a model whose zone 03 takes no writing; it acknowledges all the same.</summary>
    public bool KeepsSetupCodesOff { get; set; } = true;

    /// <summary>How many bytes a read is answered with, whatever was asked; null = as asked.</summary>
    public int? BytesPerRead { get; set; }

    /// <summary>Commands that came while it did not answer.</summary>
    public int CommandsMissed { get; private set; }

    /// <summary>Each command understood, in hex.</summary>
    public List<string> Log { get; } = [];

    /// <summary>True when set-up by code is switched off.</summary>
    public bool IsGuarded => (Zones[SetupCodeZone] & 2) != 0;

    /// <summary>Bytes of a text like <c>7E 00</c>.</summary>
    public static byte[] Bytes(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        return Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Hear(ReadOnlySpan<byte> bytes)
    {
        var answers = new List<byte[]>();
        foreach (var b in bytes)
        {
            _heard.Add(b);
            if (_heard[0] != 0x7E)
                _heard.Clear();
            if (_heard.Count < CommandBytes)
                continue;
            if (!Answers)
                CommandsMissed++;
            else if (Do([.. _heard]) is { } answer)
                answers.Add(answer);
            _heard.Clear();
        }

        return answers;
    }

    /// <summary>Somebody holds one of the maker's codes in front, or the power was away: the setting is the factory's again.</summary>
    public void ForgetSetting() => Zones[SetupCodeZone] &= 0xFD;

    /// <inheritdoc/>
    public void LosePower() => ForgetSetting();

    /// <summary>A scan as the module sends it with zone 60 = 81.</summary>
    public static byte[] WithProtocol(ReadOnlySpan<byte> text) => [0x03, (byte)(text.Length / 256), (byte)(text.Length % 256), .. text];

    private byte[]? Do(byte[] command)
    {
        var crc = Crc(command.AsSpan(2, 5));
        if (command[7..] is not [0xAB, 0xCD] && !command[7..].AsSpan().SequenceEqual(crc))
            return null;
        Log.Add(Convert.ToHexString(command));
        var (address, data) = ((command[4] * 256) + command[5], command[6]);
        switch (command[2])
        {
            case 0x07:
                return Reply(0x02, Zones.AsSpan(address, BytesPerRead ?? data));
            case 0x08:
                if (address != SetupCodeZone || KeepsSetupCodesOff)
                    Zones[address] = data;
                return Reply(0x02, [0]);
            case 0x09:
                return Reply(0x02, [0]);
            case 0x0A:
                return HasHeartbeat ? Reply(0x03, [0]) : null;
            default:
                return null;
        }
    }

    private static byte[] Reply(byte head, ReadOnlySpan<byte> data)
    {
        byte[] body = [0x00, 0x00, (byte)data.Length, .. data];
        return [head, .. body, .. Crc(body)];
    }

    // As the manual prints it: bit by bit, the polynomial with its leading 1.
    private static byte[] Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            for (var bit = 0x80; bit != 0; bit /= 2)
            {
                crc *= 2;
                if (crc >= 0x10000)
                    crc ^= 0x11021;
                if ((b & bit) != 0)
                    crc ^= 0x1021;
            }
        }

        return [(byte)(crc / 256), (byte)(crc % 256)];
    }
}
