using KyCuong.Readers.Cards;

namespace KyCuong.Readers.Osdp;

/// <summary>
/// The panel's end of OSDP, for one reader in the clear: asks who it is and what it can, then polls it. A command without a good reply is
/// repeated with the same sequence number, on which the reader says the same again, so that a card's reply that was lost is not lost and one
/// that was heard is not heard twice. Without a good reply for <see cref="LostAfter"/> it starts over with sequence 0.
/// What is said of the reader: <list type="bullet">
/// <item><see cref="ReaderFault.NoAnswer"/>: lost, or at opening silent for <see cref="SilentAfter"/>, asked with CRC and with checksum;</item>
/// <item><see cref="ReaderFault.SecureOnly"/>: it answers that it takes encrypted commands only. It is asked again, never tricked;</item>
/// <item><see cref="ReaderFault.Tampered"/>, <see cref="ReaderFault.PowerFailed"/>: its own report, at once by a poll, and asked for every <see cref="StatusInterval"/>.</item>
/// </list>
/// </summary>
internal sealed class OsdpPanel : IReaderDriver
{
    /// <summary>From a reply to the next command, microseconds.</summary>
    public const long Pause = 40_000;

    /// <summary>Wait for a reply; the standard's number.</summary>
    public const long ReplyTime = 200_000;

    /// <summary>Time without a good reply after which the reader is lost; the standard's number.</summary>
    public const long LostAfter = 8_000_000;

    /// <summary>The same at opening, where nothing was ever heard.</summary>
    public const long SilentAfter = 2_000_000;

    /// <summary>Time between two attempts to find a lost reader.</summary>
    public const long SearchInterval = 1_000_000;

    /// <summary>Time between two questions for tamper and power.</summary>
    public const long StatusInterval = 10_000_000;

    private const int TriesPerCheck = 3;

    private readonly ReaderOptions _options;
    private readonly IReaderSink _sink;
    private readonly OsdpFrame _frame;
    private Stage _stage;
    private byte _command;
    private byte[] _data = [];
    private int _sequence;
    private bool _crc = true;
    private int _tries;
    private bool _awaits;
    private long _dueAt = long.MaxValue;
    private long _bytesAt;
    private long _giveUpAt;
    private long _statusAt;
    private bool _isLost;
    private bool _hasStatus;
    private bool _canLight;
    private bool _canSound;
    private bool _tampered;
    private bool _noPower;
    private bool _readerTampered;
    private byte[]? _light;
    private byte[]? _sound;

    public OsdpPanel(ReaderOptions options, IReaderSink sink)
    {
        _options = options;
        _sink = sink;
        _frame = new OsdpFrame(options.Address, options.SilenceOr(OsdpFrame.DefaultSilence), this);
    }

    private enum Stage
    {
        Identify,
        Describe,
        OnLine,
    }

    // A reply that is coming in is waited for, past the time at which it should have been there; nothing is sent at the instant of
    // its bytes, so that it does not matter in which pieces they come.
    public long? WakeAt => _frame.WakeAt ?? Math.Max(_dueAt, _bytesAt + 1);

    public void Opened(long t)
    {
        _frame.Opened();
        _crc = true;
        _tries = 0;
        _giveUpAt = t + SilentAfter;
        _isLost = false;
        (_light, _sound) = (null, null);
        Start(t);
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        _frame.Bytes(bytes, t);
        _bytesAt = t;
    }

    public void Tick(long t)
    {
        _frame.Tick(t);
        if (t < WakeAt)
            return;
        if (!_awaits)
            SendNext(t);
        else if (t >= _giveUpAt)
            Lose(t);
        else
            Repeat(t);
    }

    public void Indicate(ReaderSignal signal, long t)
    {
        if (_stage != Stage.OnLine)
            return;
        _light = _canLight ? OsdpSignals.Light(signal) : null;
        _sound = _canSound ? OsdpSignals.Sound(signal) : null;
        if (!_awaits && _frame.WakeAt is null)
            SendNext(t);
    }

    /// <summary>A reply of the reader with a good check. <paramref name="body"/> is code and data, valid only during the call.</summary>
    public void Reply(byte control, ReadOnlySpan<byte> body, long firstAt, long t)
    {
        // Late, or of the command before. BUSY has sequence 0, whatever was asked.
        var code = body[0];
        if (!_awaits || ((control & OsdpPacket.SequenceBits) != _sequence && code != OsdpCode.Busy))
            return;
        if ((control & OsdpPacket.SecurityBit) != 0 || (code == OsdpCode.Nak && body.Length > 1 && body[1] == OsdpCode.SecurityNeeded))
        {
            _giveUpAt = t + LostAfter;
            Search(t);
            _sink.Fault(ReaderFault.SecureOnly, t);
            return;
        }

        if (code == OsdpCode.Busy)
        {
            _dueAt = t + ReplyTime;
            return;
        }

        _awaits = false;
        _dueAt = t + Pause;
        if (code == OsdpCode.Nak && body.Length > 1 && body[1] == OsdpCode.WrongSequence)
        {
            _stage = Stage.Identify;
            return;
        }

        _giveUpAt = t + LostAfter;
        _tries = 0;
        Hear(code, body[1..], firstAt, t);
        _sequence = (_sequence % 3) + 1;
        Advance(code, body[1..], t);
    }

    private void Start(long t)
    {
        _stage = Stage.Identify;
        (_hasStatus, _canLight, _canSound) = (true, true, true);
        (_tampered, _noPower, _readerTampered) = (false, false, false);
        _sequence = 0;
        _statusAt = t;
        Send(OsdpCode.AskIdentity, [0x00], t);
    }

    private void Hear(byte code, ReadOnlySpan<byte> data, long firstAt, long t)
    {
        switch (code)
        {
            case OsdpCode.RawCard when data.Length >= 4:
                RawCard.Judge(data[4..], data[2] | (data[3] << 8), _options.Card, firstAt, _sink);
                break;
            case OsdpCode.FormattedCard when data.Length > 3 && data.Length == 3 + data[2] && data[1] == 0 && _options.Format != CardFormat.BadgeCode:
                CardText.Judge(data[3..], _options, firstAt, _sink);
                break;
            case OsdpCode.RawCard or OsdpCode.FormattedCard:
                // Also a text whose form nobody set, or that was read from its end.
                _sink.Refused(new RefusedRead(ReadError.NotInGrammar, Technology.Wiegand, data.Length, firstAt));
                break;
            case OsdpCode.Status when data.Length >= 2:
                (_tampered, _noPower) = (data[0] != 0, data[1] != 0);
                SayHowItIs(t);
                break;
            case OsdpCode.ReaderStatus when data.Length >= 1:
                _readerTampered = data[0] != 0;
                SayHowItIs(t);
                break;
        }
    }

    private void Advance(byte code, ReadOnlySpan<byte> data, long t)
    {
        switch (_command)
        {
            case OsdpCode.AskIdentity:
                _stage = Stage.Describe;
                Send(OsdpCode.AskCapabilities, [0x00], t);
                break;
            case OsdpCode.AskCapabilities:
                if (code == OsdpCode.Capabilities)
                    (_canLight, _canSound, _crc) = (Can(OsdpCode.CanLight, data), Can(OsdpCode.CanSound, data), _crc || Can(OsdpCode.CanCrc, data));
                _stage = Stage.OnLine;
                Send(OsdpCode.Poll, [], t);
                break;
            case OsdpCode.AskStatus when code != OsdpCode.Status:
                // It cannot say; then that it answers is all that can be known.
                _hasStatus = code != OsdpCode.Nak;
                SayHowItIs(t);
                break;
            case OsdpCode.Light when code == OsdpCode.Nak:
                _canLight = false;
                break;
            case OsdpCode.Sound when code == OsdpCode.Nak:
                _canSound = false;
                break;
        }
    }

    private static bool Can(byte what, ReadOnlySpan<byte> capabilities)
    {
        for (var i = 0; i + 3 <= capabilities.Length; i += 3)
        {
            if (capabilities[i] == what)
                return capabilities[i + 1] != 0;
        }

        return false;
    }

    private void SayHowItIs(long t)
    {
        _isLost = false;
        if (_tampered || _readerTampered)
            _sink.Fault(ReaderFault.Tampered, t);
        else if (_noPower)
            _sink.Fault(ReaderFault.PowerFailed, t);
        else
            _sink.Working(t);
    }

    private void SendNext(long t)
    {
        if (_stage != Stage.OnLine)
        {
            Start(t);
        }
        else if (_light is { } light)
        {
            _light = null;
            Send(OsdpCode.Light, light, t);
        }
        else if (_sound is { } sound)
        {
            _sound = null;
            Send(OsdpCode.Sound, sound, t);
        }
        else if (t >= _statusAt && _command == OsdpCode.Poll)
        {
            // Behind a poll that was answered, and never twice in a row.
            _statusAt = t + StatusInterval;
            if (!_hasStatus)
                SayHowItIs(t);
            Send(_hasStatus ? OsdpCode.AskStatus : OsdpCode.Poll, [], t);
        }
        else
        {
            Send(OsdpCode.Poll, [], t);
        }
    }

    private void Repeat(long t)
    {
        // Where nothing was ever heard the reader may know but the other check.
        if (_stage == Stage.Identify && ++_tries % TriesPerCheck == 0)
            _crc = !_crc;
        if (_stage == Stage.Identify && _isLost)
            Search(t);
        else
            Send(_command, _data, t);
    }

    private void Lose(long t)
    {
        _isLost = true;
        _giveUpAt = t + LostAfter;
        (_light, _sound) = (null, null);
        _sink.Fault(ReaderFault.NoAnswer, t);
        Start(t);
    }

    private void Search(long t)
    {
        _stage = Stage.Identify;
        _awaits = false;
        _dueAt = t + SearchInterval;
        (_light, _sound) = (null, null);
    }

    private void Send(byte command, byte[] data, long t)
    {
        (_command, _data, _awaits, _dueAt) = (command, data, true, t + ReplyTime);
        _sink.Send(OsdpPacket.Command(_options.Address, _sequence, _crc, command, data));
    }
}
