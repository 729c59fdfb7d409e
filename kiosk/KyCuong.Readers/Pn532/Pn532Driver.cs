namespace KyCuong.Readers.Pn532;

/// <summary>
/// Asks a PN532 what is in its field, with the field switched off between two looks. One command is under way at a time: it is sent, acknowledged,
/// answered. Nothing is taken that was not asked for, so an answer that waited in some buffer is no tap of now. What can go wrong:
/// <list type="bullet">
/// <item>no ACK in time: nobody is there. No look was made, so whoever was present stays present;</item>
/// <item>ACK to a look, then no answer: no card. The look is cancelled, and now and then the chip is set up anew, which one that hangs
/// does not answer;</item>
/// <item>an answer that is damaged, or to something else, or noise in its place: a pause for the rest of it to pass, then once NACK, then set up anew;</item>
/// <item>NACK of the chip: the same command once more; an error frame: set up anew.</item>
/// </list>
/// Two failures without a look between them are <see cref="ReaderFault.NoAnswer"/>; each look is <see cref="IReaderSink.Working"/>.
/// </summary>
internal sealed class Pn532Driver(ReaderOptions options, IReaderSink sink) : IReaderDriver
{
    /// <summary>Time from the answer of a look to the next look, microseconds.</summary>
    public const long Interval = 150_000;

    /// <summary>Wait for an ACK, for the answer to anything but a look, and for the whole of a frame, microseconds; the option <c>silence</c> sets it.</summary>
    public const long DefaultWait = 100_000;

    /// <summary>Wait for the answer to a look, microseconds. With finite tries it comes after some tens of milliseconds.</summary>
    public const long LookTime = 500_000;

    /// <summary>The longest frame takes 24 ms: after this pause nothing of a damaged one is left, microseconds.</summary>
    public const long DamagePause = 25_000;

    /// <summary>Time between two attempts at a chip that fails, microseconds.</summary>
    public const long FailedPause = 250_000;

    /// <summary>Failures without a look between them that make a fault.</summary>
    public const int FailuresToFault = 2;

    /// <summary>Looks without an answer after which the chip is set up anew.</summary>
    public const int UnansweredToSetUp = 4;

    private readonly long _wait = options.SilenceOr(DefaultWait);
    private readonly ChipFrame _frame = new();
    private Step _step;
    private Phase _phase;
    private long _dueAt = long.MaxValue;
    private long? _begunAt; // the first byte of an answer, which may be noise
    private long _frameAt;  // the start code of the last frame
    private long _nextLookAt;
    private bool _asksAgain; // NACK comes next, or was sent
    private bool _isSecondTry;
    private int _failures;
    private int _unanswered;

    private enum Step
    {
        Wake,
        Firmware,
        FiniteTries,
        FieldOff,
        Look,
        Release,
    }

    private enum Phase
    {
        Rest,  // nothing is asked; what comes is nothing
        Ack,   // a command was sent
        Reply, // it was acknowledged, or NACK was sent
    }

    /// <inheritdoc/>
    public long? WakeAt => _begunAt + _wait ?? _dueAt;

    private ChipCommand Command => _step switch
    {
        Step.Wake => ChipCommand.Wake,
        Step.Firmware => ChipCommand.Firmware,
        Step.FiniteTries => ChipCommand.FiniteTries,
        Step.Look => ChipCommand.Look,
        Step.Release => ChipCommand.Release,
        _ => ChipCommand.FieldOff,
    };

    /// <inheritdoc/>
    public void Opened(long t)
    {
        _failures = 0;
        _unanswered = 0;
        _nextLookAt = t;
        Rest(Step.Wake, t);
        Send(t);
    }

    /// <inheritdoc/>
    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        // No deadline is judged before the bytes: a kiosk that was busy reads late what had come in time.
        foreach (var b in bytes)
        {
            if (_phase == Phase.Rest)
                return;
            Next(b, t);
        }
    }

    /// <inheritdoc/>
    public void Tick(long t)
    {
        if (t < WakeAt)
            return;
        if (_begunAt is not null)
            Damaged(t);
        else if (_phase == Phase.Rest && _asksAgain)
            AskAgain(t);
        else if (_phase == Phase.Rest)
            Send(t);
        else if (_phase == Phase.Reply && _step == Step.Look && !_asksAgain)
            Unanswered(t);
        else
            Fail(t);
    }

    private void Next(byte b, long t)
    {
        var wasBegun = _frame.IsBegun;
        var kind = _frame.Next(b);
        if (!wasBegun && _frame.IsBegun)
            _frameAt = t;
        if (_frame.IsBegun || (_phase == Phase.Reply && kind == ChipFrameKind.None && b != 0))
            _begunAt ??= t;
        switch (kind)
        {
            case ChipFrameKind.Ack when _phase == Phase.Ack:
                _phase = Phase.Reply;
                _begunAt = null;
                _dueAt = t + (_step == Step.Look ? LookTime : _wait);
                break;
            case ChipFrameKind.Nack when !_isSecondTry:
                Rest(_step, t + DamagePause);
                _isSecondTry = true;
                break;
            case ChipFrameKind.Nack or ChipFrameKind.Error:
                Fail(t);
                break;
            case ChipFrameKind.Ack:
            case ChipFrameKind.Reply when _phase == Phase.Ack:
                _begunAt = null; // late: of a command that was given up
                _dueAt = Math.Max(_dueAt, t + 1);
                break;
            case ChipFrameKind.Reply when _frame.Reply[0] == Command.Answer:
                Answered(t);
                break;
            case ChipFrameKind.Reply or ChipFrameKind.Bad:
                Damaged(t);
                break;
        }
    }

    private void Answered(long t)
    {
        switch (_step)
        {
            case Step.Look:
                var cards = TargetList.Parse(_frame.Reply[1..]);
                Rest(cards is { Count: 0 } ? Step.FieldOff : Step.Release, t);
                _nextLookAt = t + Interval;
                _unanswered = 0;
                Looked(t);
                Say(cards, t);
                break;
            case Step.FieldOff:
                Rest(Step.Look, Math.Max(t, _nextLookAt));
                break;
            case Step.Release:
                Rest(Step.FieldOff, t);
                break;
            default:
                Rest(_step + 1, t);
                break;
        }
    }

    private void Say(IReadOnlyList<byte[]>? cards, long t)
    {
        if (cards is null)
        {
            Refuse(ReadError.BadFrame);
            return;
        }

        RawRead[] named = [.. cards.Where(uid => !NoIdentity.Is(CredentialForm.Uid, uid)).Select(uid => new RawRead(Technology.Iso14443A, CredentialForm.Uid, uid, uid.Length, _frameAt))];
        switch (named)
        {
            case [var first, var second] when first.IsSameCredential(second):
                sink.Read(first);
                break;
            case [var first, var second]:
                sink.ReadTogether(first, second);
                break;
            case [var first] when cards.Count > 1:
                sink.ReadTogether(first, null);
                break;
            case [var first]:
                sink.Read(first);
                break;
            default:
                if (cards.Count > 0)
                    Refuse(ReadError.DefaultIdentity);
                sink.Nothing(t);
                break;
        }
    }

    private void Refuse(ReadError reason) => sink.Refused(new RefusedRead(reason, Technology.Iso14443A, _frame.Reply.Length, _frameAt));

    private void Looked(long t)
    {
        _failures = 0;
        sink.Working(t);
    }

    private void Unanswered(long t)
    {
        sink.Send(ChipCommand.Cancel);
        Looked(t);
        sink.Nothing(t);
        _nextLookAt = t;
        Rest(++_unanswered % UnansweredToSetUp == 0 ? Step.Wake : Step.FieldOff, t);
        Send(t);
    }

    private void Damaged(long t)
    {
        if (_phase == Phase.Ack || _asksAgain)
        {
            Fail(t);
            return;
        }

        Rest(_step, t + DamagePause);
        _asksAgain = true;
    }

    private void AskAgain(long t)
    {
        sink.Send(ChipCommand.Again);
        _phase = Phase.Reply;
        _dueAt = t + _wait;
    }

    private void Fail(long t)
    {
        if (++_failures < FailuresToFault)
        {
            Rest(Step.Wake, t + DamagePause);
            return;
        }

        _failures = FailuresToFault;
        Rest(Step.Wake, t + FailedPause);
        sink.Fault(ReaderFault.NoAnswer, t);
    }

    private void Rest(Step next, long until)
    {
        _frame.Reset();
        _begunAt = null;
        _step = next;
        _phase = Phase.Rest;
        _dueAt = until;
        _asksAgain = false;
        _isSecondTry = false;
    }

    private void Send(long t)
    {
        _phase = Phase.Ack;
        _dueAt = t + _wait;
        sink.Send(Command.Bytes);
    }
}
