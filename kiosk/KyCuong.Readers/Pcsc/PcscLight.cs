namespace KyCuong.Readers.Pcsc;

/// <summary>
/// What a reader's light and buzzer are told, and by which way: through the card that lies there, where the dialect allows it, else as an
/// escape command, which not every driver of the machine lets through. At first the reader is kept from beeping by itself, so that only
/// the kiosk speaks. Newest signal wins; the steps of the one before are dropped.
/// </summary>
internal sealed class PcscLight(IReaderSink sink)
{
    private const byte EscapeAnswer = 0xE1;
    private const int EscapeAnswerBytes = 6;

    private static readonly byte[] ReadBehaviour = [0xE0, 0x00, 0x00, 0x21, 0x00];

    private PcscDialect? _dialect;
    private Setup _setup;
    private byte _behaviour;
    private LightStep[] _steps = [];
    private int _step;
    private long _stepAt;
    private byte[]? _again;   // what the card was gone for
    private byte[]? _asked;   // what is under way and no set-up
    private bool _cardGone;   // the card was not there any more when something was to go through it
    private bool _refused;    // escape commands are
    private bool _remarked;

    private enum Setup
    {
        Done,
        Silence,
        ReadBehaviour,
        WriteBehaviour,
    }

    /// <summary>When the next step is due; null when none is.</summary>
    public long? WakeAt => _again is not null || _step < _steps.Length ? _stepAt : null;

    /// <summary>The line was opened; what was to be told is old.</summary>
    public void Forget()
    {
        _dialect = null;
        _setup = Setup.Done;
        _cardGone = _refused = false;
        Drop();
    }

    /// <summary>This is the reader.</summary>
    public void Of(string reader)
    {
        _dialect = PcscDialect.Of(reader);
        _setup = _dialect switch
        {
            { Silence: not null } => Setup.Silence,
            { BeepBit: not null } => Setup.ReadBehaviour,
            _ => Setup.Done,
        };
    }

    /// <summary>A card came or went.</summary>
    public void CardChanged() => _cardGone = false;

    public void Tell(ReaderSignal signal, long t)
    {
        if (_dialect is null)
            return;
        _again = null;
        (_steps, _step, _stepAt) = (_dialect.Signals[signal], 0, t);
    }

    /// <summary>The record to send now; null when nothing is due or there is no way.</summary>
    public byte[]? Next(long t, bool hasCard)
    {
        var throughCard = _dialect?.ThroughCard == true && hasCard && !_cardGone;
        _asked = null;
        if (!throughCard && _refused)
        {
            Drop();
            return null;
        }

        if (_again is not null)
        {
            (_asked, _again) = (_again, null);
        }
        else if (_step < _steps.Length && t >= _stepAt)
        {
            _asked = _steps[_step].Command;
            _stepAt = t + _steps[_step++].Pause;
        }

        return (_asked ?? SetupCommand()) is { } command ? PcscRecord.Build(throughCard ? PcscRecordKind.Transmit : PcscRecordKind.Control, command) : null;
    }

    public void Answer(uint code, ReadOnlySpan<byte> answer, PcscRecordKind kind, long t)
    {
        if (code == 0)
        {
            if (_asked is null)
                SetUp(answer);
        }
        else if (kind == PcscRecordKind.Controlled)
        {
            Refuse();
        }
        else
        {
            _cardGone = true;
            if (_asked is not null && _step == _steps.Length)
                (_again, _stepAt) = (_asked, t);
        }
    }

    private byte[]? SetupCommand() => _setup switch
    {
        Setup.Silence => _dialect!.Silence,
        Setup.ReadBehaviour => ReadBehaviour,
        Setup.WriteBehaviour => [0xE0, 0x00, 0x00, 0x21, 0x01, _behaviour],
        _ => null,
    };

    private void SetUp(ReadOnlySpan<byte> answer)
    {
        if (_setup == Setup.ReadBehaviour && answer.Length == EscapeAnswerBytes && answer[0] == EscapeAnswer && (answer[^1] & _dialect!.BeepBit) != 0)
        {
            _behaviour = (byte)(answer[^1] & ~_dialect.BeepBit!.Value);
            _setup = Setup.WriteBehaviour;
        }
        else
        {
            // Whatever it answered: asking again would bring no other answer.
            _setup = Setup.Done;
        }
    }

    private void Refuse()
    {
        _refused = true;
        Drop();
        if (_remarked)
            return;
        _remarked = true;
        sink.Remark(ReaderRemark.CommandsRefused);
    }

    private void Drop() => (_steps, _step, _again) = ([], 0, null);
}
