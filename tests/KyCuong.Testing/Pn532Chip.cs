namespace KyCuong.Testing;

/// <summary>What may go wrong with one command of a <see cref="Pn532Chip"/>.</summary>
public enum ChipFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The command is not heard at all.</summary>
    NoAck,

    /// <summary>It is acknowledged and not answered.</summary>
    NoReply,

    /// <summary>The chip could not read the command.</summary>
    Nack,

    /// <summary>The chip cannot carry it out.</summary>
    ErrorFrame,

    /// <summary>The length's check is wrong.</summary>
    BadLengthCheck,

    /// <summary>The sum of the data is wrong.</summary>
    BadDataCheck,

    /// <summary>The answer comes from a host, by its first byte.</summary>
    BadIdentifier,

    /// <summary>It is the answer to another command.</summary>
    BadCode,

    /// <summary>The last byte is no zero.</summary>
    BadPostamble,

    /// <summary>The answer stops in the middle.</summary>
    HalfReply,

    /// <summary>Bytes that are no frame stand where the answer should be.</summary>
    Garbage,

    /// <summary>Legal: more zeros in front.</summary>
    LongPreamble,

    /// <summary>Legal: the frame with a long length.</summary>
    ExtendedFrame,
}

/// <summary>A card before a <see cref="Pn532Chip"/>.</summary>
/// <param name="Uid">4, 7 or 10 bytes.</param>
/// <param name="SelRes">What it says of itself when selected.</param>
/// <param name="SensRes">What it says first.</param>
/// <param name="Ats">Its answer to select without the length byte, of a card that speaks ISO 14443-4.</param>
public sealed record ChipCard(byte[] Uid, byte SelRes = 0x08, ushort SensRes = 0x0004, byte[]? Ats = null);

/// <summary>
/// A PN532 on its serial interface as NXP's manual UM0701-02 describes it: asleep until it is woken, with endless tries until told
/// otherwise, and cards that stay silent after they were let go until the field was off. Pure. Written from the manual and
/// from what libnfc says to it, without the driver's code; libnfc's <c>nfc-list</c> takes it for the chip.
/// </summary>
public sealed class Pn532Chip : ITestModule
{
    private const byte Endless = 0xFF;

    private readonly List<byte> _heard = [];
    private readonly List<ChipCard> _silent = [];
    private byte[] _lastReply = [];
    private byte[]? _waiting; // a look that waits for a card
    private bool _isAwake;
    private byte _tries = Endless;

    /// <summary>What stands in the field, in the order it is found.</summary>
    public List<ChipCard> Cards { get; } = [];

    /// <summary>What goes wrong with the commands to come, one each; then nothing.</summary>
    public Queue<ChipFault> Faults { get; } = [];

    /// <summary>What goes wrong with each command of a code, as long as it stands here.</summary>
    public Dictionary<byte, ChipFault> Always { get; } = [];

    /// <summary>True: it does not answer at all.</summary>
    public bool IsDead { get; set; }

    /// <summary>Each command heard, in hex: code and parameters.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Commands ended by a host's ACK.</summary>
    public int Cancelled { get; private set; }

    /// <summary>Bytes of a text like <c>00 FF</c>.</summary>
    public static byte[] Bytes(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        return Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Hear(ReadOnlySpan<byte> bytes)
    {
        var said = new List<byte[]>();
        foreach (var b in bytes)
        {
            if (!_isAwake)
            {
                _isAwake = b == 0x55;
                continue;
            }

            _heard.Add(b);
            Take(said);
        }

        return IsDead ? [] : said;
    }

    /// <inheritdoc/>
    public void LosePower()
    {
        _heard.Clear();
        _silent.Clear();
        _waiting = null;
        _isAwake = false;
        _tries = Endless;
    }

    /// <summary>A card is held to it; what the chip says if it was waiting for one.</summary>
    public IReadOnlyList<byte[]> Put(ChipCard card)
    {
        Cards.Add(card);
        if (_waiting is not { } look)
            return [];
        _waiting = null;
        return [Frame([0x4B, .. List(look)])];
    }

    private void Take(List<byte[]> said)
    {
        var start = Start();
        if (start < 0 || _heard.Count < start + 3)
            return;
        var (length, check) = (_heard[start], _heard[start + 1]);
        if ((length, check) is (0x00, 0xFF))
        {
            Cancelled += _waiting is null ? 0 : 1;
            _waiting = null;
            _heard.Clear();
        }
        else if ((length, check) is (0xFF, 0x00))
        {
            said.Add(_lastReply);
            _heard.Clear();
        }
        else if ((length + check) % 256 != 0)
        {
            _heard.Clear();
        }
        else if (_heard.Count == start + 2 + length + 2)
        {
            byte[] body = [.. _heard.Skip(start + 2).Take(length + 1)];
            _heard.Clear();
            if (body.Sum(b => b) % 256 != 0 || body[0] != 0xD4)
                said.Add(NackFrame);
            else
                Do(body[1..^1], said);
        }
    }

    private static byte[] AckFrame => [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00];

    private static byte[] NackFrame => [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00];

    // Behind 00 FF.
    private int Start()
    {
        for (var i = 1; i < _heard.Count; i++)
        {
            if (_heard[i - 1] == 0x00 && _heard[i] == 0xFF)
                return i + 1;
        }

        return -1;
    }

    private void Do(byte[] command, List<byte[]> said)
    {
        var fault = Always.TryGetValue(command[0], out var always) ? always : Faults.TryDequeue(out var next) ? next : ChipFault.None;
        if (fault == ChipFault.NoAck)
            return;
        if (fault == ChipFault.Nack)
        {
            said.Add(NackFrame);
            return;
        }

        Log.Add(Convert.ToHexString(command));
        _waiting = null;
        said.Add(AckFrame);
        if (Answer(command) is not { } data)
        {
            if (_waiting is null)
                said.Add(Bytes("00 00 FF 01 FF 7F 81 00"));
            return;
        }

        var reply = Frame([(byte)(command[0] + 1), .. data]);
        _lastReply = reply;
        if (fault != ChipFault.NoReply)
            said.Add(Spoilt(reply, fault));
    }

    /// <summary>Null: no such command, or it goes on.</summary>
    private byte[]? Answer(byte[] command)
    {
        switch (command)
        {
            case [0x00, 0x00, ..]:
                return command[1..];
            case [0x02]:
                return [0x32, 0x01, 0x06, 0x07];
            case [0x04]:
                return [0x00, 0x00, 0x00, 0x80];
            case [0x06, ..]:
                return new byte[(command.Length - 1) / 2];
            case [0x08, ..] or [0x12, _] or [0x14, ..]:
                return [];
            case [0x16, ..]:
                LosePower();
                return [0x00];
            case [0x32, 0x01, var field]:
                if ((field & 1) == 0)
                    _silent.Clear();
                return [];
            case [0x32, 0x05, _, _, var tries]:
                _tries = tries;
                return [];
            case [0x32, ..]:
                return [];
            case [0x42, ..]:
                return [0x01]; // nobody answered
            case [0x44, _] or [0x52, _]:
                return [0x00];
            case [0x4A, _, ..]:
                var list = List(command);
                if (list[0] > 0 || _tries != Endless)
                    return list;
                _waiting = command;
                return null;
            case [0x60, ..]:
                return [0x00];
            default:
                return null;
        }
    }

    private byte[] List(byte[] look)
    {
        var found = look[2] == 0 ? Cards.Except(_silent).Take(look[1]).ToList() : [];
        _silent.AddRange(found);
        var list = new List<byte> { (byte)found.Count };
        foreach (var card in found)
        {
            list.AddRange([(byte)(found.IndexOf(card) + 1), (byte)(card.SensRes / 256), (byte)(card.SensRes % 256), card.SelRes, (byte)card.Uid.Length, .. card.Uid]);
            if (card.Ats is { } ats)
                list.AddRange([(byte)(ats.Length + 1), .. ats]);
        }

        return [.. list];
    }

    /// <summary>An answer as it goes over the line.</summary>
    /// <param name="body">Its code and what follows.</param>
    public static byte[] Frame(byte[] body)
    {
        ArgumentNullException.ThrowIfNull(body);
        byte[] all = [0xD5, .. body];
        return [0x00, 0x00, 0xFF, (byte)all.Length, (byte)(256 - all.Length), .. all, DataCheck(all), 0x00];
    }

    private static byte DataCheck(byte[] all) => (byte)((256 - (all.Sum(b => b) % 256)) % 256);

    private static byte[] Spoilt(byte[] frame, ChipFault fault)
    {
        var spoilt = frame.ToArray();
        switch (fault)
        {
            case ChipFault.BadLengthCheck:
                spoilt[4] ^= 0x10;
                return spoilt;
            case ChipFault.BadDataCheck:
                spoilt[^2] ^= 0x01;
                return spoilt;
            case ChipFault.BadIdentifier:
                (spoilt[5], spoilt[^2]) = (0xD4, (byte)((spoilt[^2] + 1) % 256));
                return spoilt;
            case ChipFault.BadCode:
                (spoilt[6], spoilt[^2]) = ((byte)(spoilt[6] + 2), (byte)((spoilt[^2] + 254) % 256));
                return spoilt;
            case ChipFault.BadPostamble:
                spoilt[^1] = 0x01;
                return spoilt;
            case ChipFault.HalfReply:
                return spoilt[..(spoilt.Length / 2)];
            case ChipFault.Garbage:
                return [.. Enumerable.Range(0, 40).Select(i => (byte)(((i * 37) | 1) % 256))];
            case ChipFault.ErrorFrame:
                return Bytes("00 00 FF 01 FF 7F 81 00");
            case ChipFault.LongPreamble:
                return [.. new byte[9], .. frame];
            case ChipFault.ExtendedFrame:
                return [0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x00, frame[3], frame[4], .. frame[5..]];
            default:
                return spoilt;
        }
    }
}
