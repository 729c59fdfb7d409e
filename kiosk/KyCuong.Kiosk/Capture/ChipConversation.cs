using KyCuong.Readers;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The talk with a PN532 (NXP UM0701-02, section 6.2.1): of all its frames the answers to looks, acknowledged and asked for. What was damaged, late or
/// not asked for the driver passed over, and so does this. Of looks that found nobody those right behind a card are given, which
/// end its stay.
/// </summary>
internal sealed class ChipConversation : IConversation
{
    /// <summary>Looks that found nobody, given behind one that found a card.</summary>
    private const int EmptyLooksGiven = 3;

    private const int MostBytes = 265;
    private const byte ToChip = 0xD4;
    private const byte FromChip = 0xD5;
    private const byte LookCommand = 0x4A;
    private const byte LookAnswer = 0x4B;
    private const byte SpeaksPart4 = 0x20;
    private const int ListAt = 2; // behind FromChip and LookAnswer
    private const int CardHead = 5;

    private static readonly byte[] Again = [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00];

    private readonly List<byte> _frame = [];
    private Waits _waits;
    private bool _isLook;
    private bool _isBegun;
    private bool _afterZero;
    private int _emptyLooks = EmptyLooksGiven;

    private enum Waits
    {
        Nothing,
        Acknowledgement,
        Answer,
    }

    private enum Kind
    {
        None,
        Acknowledgement,
        Frame,
        Other,
    }

    /// <inheritdoc/>
    public void Opened()
    {
        Wait(Waits.Nothing);
        _emptyLooks = EmptyLooksGiven;
    }

    /// <inheritdoc/>
    public void Sent(ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual(Again))
        {
            Wait(_isLook ? Waits.Answer : Waits.Nothing);
            return;
        }

        var start = bytes.IndexOf((ReadOnlySpan<byte>)[0x00, 0xFF]);
        var isCommand = start >= 0 && bytes.Length > start + 5 && bytes[start + 4] == ToChip;
        _isLook = isCommand && bytes[start + 5] == LookCommand;
        Wait(_isLook ? Waits.Acknowledgement : Waits.Nothing);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CapturedChunk> Came(CapturedChunk chunk)
    {
        List<CapturedChunk> answers = [];
        foreach (var b in chunk.Bytes)
        {
            if (_waits == Waits.Nothing) break;
            switch (Next(b))
            {
                case Kind.Acknowledgement:
                    Wait(Waits.Answer);
                    break;
                case Kind.Frame when _waits == Waits.Answer:
                    byte[] body = [.. _frame];
                    Wait(Waits.Nothing);
                    if (body is not [FromChip, LookAnswer, ..]) break;
                    _emptyLooks = body is [_, _, 0x00] ? _emptyLooks + 1 : 0;
                    if (_emptyLooks <= EmptyLooksGiven) answers.Add(chunk with { Bytes = Frame(body) });
                    break;
                case Kind.Other:
                    Wait(Waits.Nothing);
                    break;
            }
        }

        return answers;
    }

    /// <inheritdoc/>
    public CapturedChunk Respell(CapturedChunk answer, Replay read, Pseudonyms names)
    {
        var body = answer.Bytes[^(Body(answer.Bytes) + 2)..^2];
        if (!TryRespell(body.AsSpan(ListAt), names)) body.AsSpan(ListAt + 1).Clear(); // no list before, no list after
        return answer with { Bytes = Frame(body) };
    }

    /// <summary>How many, then of each card its number, SENS_RES, SEL_RES, length of the UID, UID, ATS: section 7.3.5.</summary>
    private static bool TryRespell(Span<byte> list, Pseudonyms names)
    {
        if (list.IsEmpty || list[0] > 2) return list.Length == 1;
        var rest = list[1..];
        for (var number = 1; number <= list[0]; number++)
        {
            if (rest.Length < CardHead || rest[0] != number || rest[4] is not (4 or 7 or 10) || rest.Length < CardHead + rest[4]) return false;
            var speaksPart4 = (rest[3] & SpeaksPart4) != 0;
            var uid = rest.Slice(CardHead, rest[4]);
            UidNames.Of(CredentialForm.Uid, uid, names).CopyTo(uid);
            rest = rest[(CardHead + uid.Length)..];
            if (!speaksPart4 || rest.IsEmpty) continue;
            if (rest[0] == 0 || rest[0] > rest.Length) return false;
            // What a card says of itself may be its own alone.
            rest[1..rest[0]].Clear();
            rest = rest[rest[0]..];
        }

        return rest.IsEmpty;
    }

    private void Wait(Waits waits)
    {
        _waits = waits;
        _frame.Clear();
        (_isBegun, _afterZero) = (false, false);
    }

    /// <summary>After <see cref="Kind.Frame"/> the frame's body is what stands in <see cref="_frame"/>.</summary>
    private Kind Next(byte b)
    {
        if (!_isBegun)
        {
            _isBegun = _afterZero && b == 0xFF;
            _afterZero = b == 0;
            return Kind.None;
        }

        _frame.Add(b);
        if (_frame.Count < 2) return Kind.None;
        var (low, check) = (_frame[0], _frame[1]);
        if ((low, check) is (0x00, 0xFF) or (0xFF, 0x00)) return _frame.Count < 3 ? Kind.None : End(b == 0 && low == 0 ? Kind.Acknowledgement : Kind.Other);
        var isLong = (low, check) is (0xFF, 0xFF);
        var head = isLong ? 5 : 2;
        if (_frame.Count < head) return Kind.None;
        var length = isLong ? (_frame[2] << 8) + _frame[3] : low;
        var sum = isLong ? _frame[2] + _frame[3] + _frame[4] : low + check;
        if ((sum & 0xFF) != 0 || length is 0 or > MostBytes) return End(Kind.Other);
        if (_frame.Count < head + length + 2) return Kind.None;
        var isGood = _frame[^1] == 0 && (_frame.Skip(head).Take(length + 1).Sum(one => one) & 0xFF) == 0;
        if (!isGood) return End(Kind.Other);
        _isBegun = false;
        _frame.RemoveRange(head + length, 2);
        _frame.RemoveRange(0, head);
        if (_waits == Waits.Answer) return Kind.Frame;
        return End(Kind.Frame);
    }

    private Kind End(Kind kind)
    {
        _frame.Clear();
        (_isBegun, _afterZero) = (false, false);
        return kind;
    }

    /// <summary>How long the body of a frame is that <see cref="Frame"/> made.</summary>
    private static int Body(byte[] frame) => frame[3] == 0xFF && frame[4] == 0xFF ? (frame[5] << 8) + frame[6] : frame[3];

    private static byte[] Frame(byte[] body)
    {
        byte[] head = body.Length < 0xFF
            ? [(byte)body.Length, (byte)(-body.Length & 0xFF)]
            : [0xFF, 0xFF, (byte)(body.Length >> 8), (byte)(body.Length & 0xFF), (byte)(-((body.Length >> 8) + (body.Length & 0xFF)) & 0xFF)];
        return [0x00, 0x00, 0xFF, .. head, .. body, (byte)(-body.Sum(b => b) & 0xFF), 0x00];
    }
}
