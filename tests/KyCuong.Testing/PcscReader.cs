using System.Buffers.Binary;
using System.Text;

namespace KyCuong.Testing;

/// <summary>
/// A PC/SC reader and its card as the driver sees them: records of the transport, written here anew from the page (hardware-notes/pcsc.md)
/// with a CRC of its own. Commands in, answers out; cards are put down and taken away by the test.
/// </summary>
public sealed class PcscReader(string name) : ITestModule
{
    private const uint Removed = 0x80100069;
    private const uint Unsupported = 0x80100022;

    private ushort _count = 100;

    /// <summary>True when the machine's driver lets escape commands through.</summary>
    public bool TakesEscape { get; set; } = true;

    /// <summary>What its card answers to a command in hex; null = there is none.</summary>
    public Func<string, string>? Card { get; set; }

    /// <summary>What it answers to an escape command in hex.</summary>
    public Func<string, string> Escape { get; set; } = command => command.StartsWith("E0", StringComparison.Ordinal) ? "E10000000100" : "9000";

    /// <summary>Commands it was sent, in hex, with <c>card</c> or <c>escape</c> in front.</summary>
    public List<string> Told { get; } = [];

    /// <summary>What is said at opening.</summary>
    public IReadOnlyList<byte[]> Hello() => [Record(1, Encoding.UTF8.GetBytes(name)), State(0x0010)];

    /// <summary>Puts a card down.</summary>
    public byte[] PutDown(Func<string, string> card)
    {
        Card = card;
        _count++;
        return State(0x0020);
    }

    /// <summary>Puts a card with this answer to the question for its UID down.</summary>
    public byte[] PutDown(string answer) => PutDown(command => command == "FFCA000000" ? answer : "9000");

    /// <summary>Takes it away.</summary>
    public byte[] TakeAway()
    {
        Card = null;
        _count++;
        return State(0x0010);
    }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Hear(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (bytes[0] != 0xC5 || bytes.Length != length + 6 || Crc(bytes[1..^2]) != BinaryPrimitives.ReadUInt16BigEndian(bytes[^2..]))
            throw new InvalidOperationException("this is no record");
        var command = Convert.ToHexString(bytes[4..^2]);
        if (bytes[1] == 0x12)
        {
            Told.Add("escape " + command);
            return [TakesEscape ? Answer(4, 0, Escape(command)) : Answer(4, Unsupported, "")];
        }

        Told.Add("card " + command);
        return [Card is { } card ? Answer(3, 0, card(command)) : Answer(3, Removed, "")];
    }

    /// <inheritdoc/>
    public void LosePower() => Card = null;

    private static byte[] Answer(byte kind, uint code, string answer)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, code);
        return Record(kind, [.. payload, .. Convert.FromHexString(answer)]);
    }

    private static byte[] Record(byte kind, byte[] payload)
    {
        byte[] body = [kind, (byte)(payload.Length >> 8), (byte)(payload.Length & 0xFF), .. payload];
        var crc = Crc(body);
        return [0xC5, .. body, (byte)(crc >> 8), (byte)(crc & 0xFF)];
    }

    private static int Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            for (var mask = 0x80; mask != 0; mask >>= 1)
                crc = ((crc << 1) ^ ((crc >> 15 & 1) != ((b & mask) != 0 ? 1 : 0) ? 0x1021 : 0)) & 0xFFFF;
        }

        return crc;
    }

    private byte[] State(ushort flags) => Record(2, [(byte)(_count >> 8), (byte)(_count & 0xFF), (byte)(flags >> 8), (byte)(flags & 0xFF)]);
}
