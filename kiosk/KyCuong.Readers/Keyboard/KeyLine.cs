using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Keyboard;

/// <summary>
/// One typed line, from its first key to the release of its Enter. Each key must be pressed and released by the same code, and
/// all must be released when the line is judged: a record lost or altered on the way spoils the line instead of making
/// another number of it. Gaps are measured by the kernel's stamps, so a kiosk that was busy does not take a scan for typing.
/// </summary>
/// <param name="gap">Microseconds; as much between two keys, or more, is a person typing.</param>
/// <param name="options">The format.</param>
/// <param name="sink">Receives reads and refusals.</param>
internal sealed class KeyLine(long gap, ReaderOptions options, IReaderSink sink)
{
    /// <summary>Longest text followed, characters. A citizen card's code has some 300, a QR code can hold 2 953.</summary>
    public const int MaxText = 1024;

    /// <summary>After so many gaps without a key a line that has no Enter is given up.</summary>
    public const int GapsToGiveUp = 10;

    /// <summary>Fewer characters without an Enter are no piece of a scan but somebody at the keys.</summary>
    private const int ShortestPiece = 4;

    private readonly byte[] _text = new byte[MaxText];
    private readonly ulong[] _held = new ulong[(HidKeymap.MaxCode + 64) / 64];
    private int _length;
    private int _heldCount;
    private long _firstAt;
    private long _lastPress;
    private long _lastTime;
    private long? _givenUpAt;
    private bool _ended;
    private bool _spoilt;
    private bool _slow;
    private bool _overlong;

    /// <summary>True from the first key until the line was judged or given up.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A key went down.</summary>
    /// <param name="code">Which.</param>
    /// <param name="time">The kernel's stamp.</param>
    /// <param name="at">Arrival of the packet's first byte.</param>
    /// <param name="mayBeTail">True when the line of an earlier scan may still be coming in.</param>
    public void Press(ushort code, long time, long at, bool mayBeTail)
    {
        // A kiosk that was busy finds two lines in one read; their stamps tell them apart.
        if (IsOpen && time - _lastTime >= GapsToGiveUp * gap)
            GiveUp();
        if (!IsOpen)
        {
            // Less than a gap after keys that were given up: the rest of the same line, however late it was delivered.
            Begin(time, at);
            _spoilt = mayBeTail || (_givenUpAt is { } before && time > before && time - before < gap);
            _givenUpAt = null;
        }
        else if (time < _lastPress)
        {
            _spoilt = true;
        }
        else if (time - _lastPress >= gap)
        {
            _slow = true;
        }

        _lastPress = _lastTime = time;
        if (_ended || IsHeld(code))
            _spoilt = true;
        if (!IsHeld(code))
            Hold(code, true);
        if (HidKeymap.IsEnd(code))
            _ended = true;
        else if (!HidKeymap.IsModifier(code))
            Append(IsAnyHeld(HidKeymap.Commands) ? HidKeymap.NoText : HidKeymap.Character(code, IsAnyHeld(HidKeymap.Shifts)));
    }

    /// <summary>A key is held.</summary>
    public void Repeat(long time) => _lastTime = time;

    /// <summary>A key came up.</summary>
    public void Release(ushort code, long time, long at)
    {
        _lastTime = time;
        if (IsHeld(code))
        {
            Hold(code, false);
            return;
        }

        // Its press was lost, or was another key's.
        if (!IsOpen)
            Begin(time, at);
        _spoilt = true;
    }

    /// <summary>The kernel lost records: what has come of the line is worth nothing, nor is what follows up to its end.</summary>
    public void Drop(long time, long at)
    {
        _lastTime = time;
        if (!IsOpen)
            Begin(time, at);
        _spoilt = true;
        ReleaseAll();
        Append(HidKeymap.NoText);
    }

    /// <summary>The records so far belong together: a line whose Enter has been released is judged.</summary>
    public void PacketEnd()
    {
        if (_ended && _heldCount == 0)
            Judge();
    }

    /// <summary>Nothing more came: a line that is not complete is refused.</summary>
    public void GiveUp()
    {
        if (!IsOpen)
            return;
        _givenUpAt = _lastPress;
        ReleaseAll();
        if (_spoilt || (!_slow && (_ended || _length >= ShortestPiece)))
            Refuse(ReadError.BadFrame);
        else
            Refuse(ReadError.TypedByHand);
        Forget();
    }

    /// <summary>Forgets everything, as before the first key.</summary>
    public void Reset()
    {
        ReleaseAll();
        _givenUpAt = null;
        Forget();
    }

    private void Judge()
    {
        if (_spoilt)
            Refuse(ReadError.BadFrame);
        else if (_slow)
            Refuse(ReadError.TypedByHand);
        else if (_length > 0 && !_overlong)
            CardText.Judge(_text.AsSpan(0, _length), options, _firstAt, sink);
        Forget();
    }

    // A line too long was refused at the bound; one without a character, such as a second Enter, is nothing.
    private void Refuse(ReadError reason)
    {
        if (_length == 0 || _overlong)
            return;
        var isNationalId = LineScanner.LineText.IsNationalId(_text.AsSpan(0, _length));
        sink.Refused(new RefusedRead(isNationalId ? ReadError.NationalId : reason, CardFormats.TechnologyOf(options.Format), isNationalId ? 0 : _length, _firstAt));
    }

    private void Begin(long time, long at)
    {
        _lastPress = time;
        IsOpen = true;
        _firstAt = at;
    }

    private void Append(byte character)
    {
        if (_overlong)
            return;
        if (_length < MaxText)
        {
            _text[_length++] = character;
            return;
        }

        sink.Refused(new RefusedRead(ReadError.TooLong, CardFormats.TechnologyOf(options.Format), MaxText + 1, _firstAt));
        _overlong = true;
    }

    private void Forget()
    {
        Array.Clear(_text, 0, _length);
        _length = 0;
        IsOpen = _ended = _spoilt = _slow = _overlong = false;
    }

    private bool IsHeld(ushort code) => (_held[code / 64] >> (code % 64) & 1) != 0;

    private bool IsAnyHeld(ReadOnlySpan<ushort> codes)
    {
        foreach (var code in codes)
        {
            if (IsHeld(code))
                return true;
        }

        return false;
    }

    private void Hold(ushort code, bool held)
    {
        _held[code / 64] ^= 1UL << (code % 64);
        _heldCount += held ? 1 : -1;
    }

    private void ReleaseAll()
    {
        Array.Clear(_held);
        _heldCount = 0;
    }
}
