namespace KyCuong.Readers.Pn532;

/// <summary>What <see cref="ChipFrame"/> makes of a byte.</summary>
internal enum ChipFrameKind
{
    /// <summary>No frame has ended here.</summary>
    None,

    /// <summary>The chip took a command.</summary>
    Ack,

    /// <summary>The chip could not read a command and wants it again.</summary>
    Nack,

    /// <summary>The chip could read a command and cannot carry it out (7F).</summary>
    Error,

    /// <summary>An answer, whole and with every check good.</summary>
    Reply,

    /// <summary>Something that began as a frame and is none.</summary>
    Bad,
}

/// <summary>
/// Finds the frames a PN532 sends (UM0701-02, section 6.2.1): <c>00 FF LEN LCS TFI data DCS 00</c>, with LEN + LCS and TFI + data + DCS
/// each 0 modulo 256; extended <c>00 FF FF FF LENH LENL LCS …</c>; ACK <c>00 FF 00 FF 00</c>, NACK <c>00 FF FF 00 00</c>. Zeros in
/// front, and noise without a start code, are passed over.
/// </summary>
internal sealed class ChipFrame
{
    /// <summary>The most a frame of the chip carries, TFI included, bytes (section 6.2.1.2).</summary>
    public const int MostBytes = 265;

    private const byte FromChip = 0xD5;
    private const byte ErrorMark = 0x7F;

    private readonly byte[] _bytes = new byte[MostBytes + 2]; // and DCS and postamble
    private Part _part;
    private bool _afterZero;
    private byte _lengthHigh;
    private byte _lengthLow;
    private int _wanted;
    private int _count;
    private ChipFrameKind _short;

    private enum Part
    {
        Start,
        Length,
        LengthCheck,
        LengthHigh,
        LengthLow,
        ExtendedCheck,
        Body,
        Postamble,
    }

    /// <summary>True after a start code, until the frame's end.</summary>
    public bool IsBegun => _part != Part.Start;

    /// <summary>After <see cref="ChipFrameKind.Reply"/>: the answer's code and what follows it. Valid until the next byte.</summary>
    public ReadOnlySpan<byte> Reply => _bytes.AsSpan(1, _wanted - 3);

    /// <summary>Forgets a frame that has begun.</summary>
    public void Reset()
    {
        _part = Part.Start;
        _afterZero = false;
    }

    public ChipFrameKind Next(byte b)
    {
        switch (_part)
        {
            case Part.Start:
                _part = _afterZero && b == 0xFF ? Part.Length : Part.Start;
                _afterZero = b == 0;
                return ChipFrameKind.None;
            case Part.Length:
                (_lengthHigh, _lengthLow) = (0, b);
                return Go(Part.LengthCheck);
            case Part.LengthCheck:
                return OfLength(b);
            case Part.LengthHigh:
                _lengthHigh = b;
                return Go(Part.LengthLow);
            case Part.LengthLow:
                _lengthLow = b;
                return Go(Part.ExtendedCheck);
            case Part.ExtendedCheck:
                return IsZero(_lengthHigh + _lengthLow + b) ? Begin() : End(ChipFrameKind.Bad);
            case Part.Body:
                _bytes[_count++] = b;
                return _count < _wanted ? ChipFrameKind.None : End(Judge());
            default:
                return End(b == 0 ? _short : ChipFrameKind.Bad);
        }
    }

    private ChipFrameKind OfLength(byte check)
    {
        switch (_lengthLow, check)
        {
            case (0x00, 0xFF):
                _short = ChipFrameKind.Ack;
                return Go(Part.Postamble);
            case (0xFF, 0x00):
                _short = ChipFrameKind.Nack;
                return Go(Part.Postamble);
            case (0xFF, 0xFF):
                return Go(Part.LengthHigh);
            default:
                return IsZero(_lengthLow + check) ? Begin() : End(ChipFrameKind.Bad);
        }
    }

    private ChipFrameKind Begin()
    {
        var length = (_lengthHigh << 8) | _lengthLow;
        if (length is 0 or > MostBytes)
            return End(ChipFrameKind.Bad);
        _wanted = length + 2;
        _count = 0;
        return Go(Part.Body);
    }

    private ChipFrameKind Judge()
    {
        var body = _bytes.AsSpan(0, _wanted);
        var sum = 0;
        foreach (var b in body[..^1])
            sum += b;
        if (!IsZero(sum) || body[^1] != 0)
            return ChipFrameKind.Bad;
        return body[0] switch
        {
            FromChip when body.Length > 3 => ChipFrameKind.Reply,
            ErrorMark when body.Length == 3 => ChipFrameKind.Error,
            _ => ChipFrameKind.Bad,
        };
    }

    private ChipFrameKind Go(Part part)
    {
        _part = part;
        return ChipFrameKind.None;
    }

    private ChipFrameKind End(ChipFrameKind kind)
    {
        Reset();
        return kind;
    }

    private static bool IsZero(int sum) => (sum & 0xFF) == 0;
}
