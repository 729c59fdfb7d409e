namespace KyCuong.Testing;

/// <summary>
/// An OSDP reader in the clear, scripted: what it has to say waits until it is polled, and the same sequence number gets the same reply again.
/// Pure. Written from the standard's text and without the driver's code.
/// </summary>
public sealed class OsdpReader : ITestModule
{
    private readonly List<byte> _heard = [];
    private readonly Queue<(byte Code, byte[] Data)> _news = [];
    private byte[]? _last;
    private int _sequence = -1;

    /// <summary>Its address on the bus.</summary>
    public byte Address { get; set; }

    /// <summary>False: no power, or off the bus.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>True: it takes encrypted commands only, as one does whose key was set; who it is it says all the same.</summary>
    public bool SecureOnly { get; set; }

    /// <summary>True: it does not know the CRC.</summary>
    public bool ChecksumOnly { get; set; }

    /// <summary>How many commands to come it is too busy for.</summary>
    public int Busy { get; set; }

    /// <summary>Command codes it does not know.</summary>
    public List<byte> Unknown { get; } = [];

    /// <summary>It was opened.</summary>
    public bool Tampered { get; set; }

    /// <summary>Its supply fails.</summary>
    public bool NoPower { get; set; }

    /// <summary>Function, level, number; as a reader answered to an independent panel library.</summary>
    public byte[] Capabilities { get; set; } = GrowModule.Bytes("03 01 01 04 01 01 05 01 01 06 01 01 08 01 00 09 00 00 0A 00 01 0B 01 00 10 02 00");

    /// <summary>Each command that was understood, code and data in hex; a repetition is one.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Commands that came again with the same sequence number.</summary>
    public int Repeated { get; private set; }

    /// <summary>Commands that came while it did not answer.</summary>
    public int Missed { get; private set; }

    /// <summary>What it waits to say: <see cref="Address"/>, code and data come with the next poll.</summary>
    public void Tell(byte code, ReadOnlySpan<byte> data) => _news.Enqueue((code, data.ToArray()));

    /// <summary>A card's bits, left aligned.</summary>
    public void Card(int bits, ReadOnlySpan<byte> data) => Tell(0x50, [0, (byte)(bits == 26 ? 1 : 0), (byte)bits, 0, .. data]);

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Hear(ReadOnlySpan<byte> bytes)
    {
        var answers = new List<byte[]>();
        foreach (var b in bytes)
        {
            if (_heard.Count == 0 && b != 0x53)
                continue;
            _heard.Add(b);
            if (_heard.Count < 5 || _heard.Count < _heard[2] + (256 * _heard[3]))
                continue;
            byte[] packet = [.. _heard];
            _heard.Clear();
            if (!Answers)
                Missed++;
            else if (packet[1] == Address && Do(packet) is { } answer)
                answers.Add(answer);
        }

        return answers;
    }

    /// <inheritdoc/>
    public void LosePower()
    {
        _heard.Clear();
        _news.Clear();
        (_last, _sequence) = (null, -1);
    }

    /// <summary>A reply as it stands on the bus.</summary>
    public static byte[] Packet(byte address, int control, byte code, ReadOnlySpan<byte> data)
    {
        var check = (control & 4) != 0 ? 2 : 1;
        var length = 6 + data.Length + check;
        byte[] packet = [0x53, address, (byte)(length % 256), (byte)(length / 256), (byte)control, code, .. data];
        return [.. packet, .. Check(packet, (control & 4) != 0)];
    }

    /// <summary>CRC, low byte first, or checksum of what stands before it.</summary>
    public static byte[] Check(ReadOnlySpan<byte> packet, bool crc)
    {
        if (!crc)
        {
            byte sum = 0;
            foreach (var b in packet)
                sum = (byte)((sum + b) % 256);
            return [(byte)((256 - sum) % 256)];
        }

        // Bit by bit, the polynomial with its leading 1.
        var rest = 0x1D0F;
        foreach (var b in packet)
        {
            for (var bit = 0x80; bit != 0; bit /= 2)
            {
                var top = (rest & 0x8000) != 0;
                rest = (rest * 2) % 0x10000;
                if (top != ((b & bit) != 0))
                    rest ^= 0x1021;
            }
        }

        return [(byte)(rest % 256), (byte)(rest / 256)];
    }

    private byte[]? Do(byte[] packet)
    {
        var (control, crc) = (packet[4], (packet[4] & 4) != 0);
        var check = crc ? 2 : 1;
        if (!packet.AsSpan(packet.Length - check).SequenceEqual(Check(packet.AsSpan(0, packet.Length - check), crc)) || (crc && ChecksumOnly))
            return null;
        var sequence = control & 3;
        if (sequence == _sequence && sequence != 0 && _last is not null)
        {
            Repeated++;
            return _last;
        }

        if (Busy > 0)
        {
            Busy--;
            return Packet((byte)(Address + 0x80), control & 4, 0x79, []);
        }

        if (sequence != 0 && sequence != (_sequence % 3) + 1)
            return Packet((byte)(Address + 0x80), control, 0x41, [4]);
        _sequence = sequence;
        Log.Add(Convert.ToHexString(packet.AsSpan(5, packet.Length - 5 - check)));
        var (code, data) = Reply(packet[5]);
        return _last = Packet((byte)(Address + 0x80), control, code, data);
    }

    private (byte Code, byte[] Data) Reply(byte command)
    {
        if (Unknown.Contains(command))
            return (0x41, [3]);
        if (SecureOnly && command is not (0x61 or 0x62))
            return (0x41, [6]);
        return command switch
        {
            0x60 => _news.TryDequeue(out var news) ? news : (0x40, []),
            0x61 => (0x45, GrowModule.Bytes("06 8E 01 02 78 56 34 12 01 02 03")),
            0x62 => (0x46, Capabilities),
            0x64 => (0x48, [(byte)(Tampered ? 1 : 0), (byte)(NoPower ? 1 : 0)]),
            0x69 or 0x6A => (0x40, []),
            _ => (0x41, [3]),
        };
    }
}
