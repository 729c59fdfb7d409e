namespace KyCuong.Readers.SetupCodes;

/// <summary>
/// Keeps a scanner's set-up by code switched off, and notices when the scanner no longer answers. At opening and every
/// <see cref="Interval"/> it sends a sign of life and asks for the setting; where set-up by code is on it is switched off, and the setting
/// asked for again. After each such check it says <see cref="IReaderSink.Working"/> or a fault:
/// <list type="bullet">
/// <item><see cref="ReaderFault.NoAnswer"/>: nothing was answered, at opening in one check, later in <see cref="MissesToFault"/>;</item>
/// <item><see cref="ReaderFault.SettingsRefused"/>: it answers, but the setting cannot be read or does not stay;</item>
/// <item><see cref="ReaderFault.SettingsChanged"/>: it had been off and was found on (somebody's set-up code, or a loss of
/// power). It is switched off again, which <see cref="IReaderSink.Working"/> confirms.</item>
/// </list>
/// Nothing is saved in the scanner: the next opening switches off anew, and a scanner of another make is not changed for good.
/// One command is under way at a time.
/// </summary>
/// <param name="scanner">Its commands.</param>
/// <param name="sink">Is sent the commands and told how the scanner is.</param>
internal sealed class SetupCodeGuard(ISetupCodeSwitch scanner, IReaderSink sink)
{
    /// <summary>Time between two checks, microseconds; GROW recommends a heartbeat every 10 s.</summary>
    public const long Interval = 10_000_000;

    /// <summary>Time between two checks of a module that does not answer, so that one that gets its power back is soon noticed.</summary>
    public const long SilentInterval = 2_500_000;

    /// <summary>Checks without any answer that make a fault; GROW's number.</summary>
    public const int MissesToFault = 3;

    /// <summary>Wait for an answer. GROW's modules drop a half-received command after 400 ms, so the next one is taken as it is.</summary>
    public const long ReplyTime = 500_000;

    private const int Tries = 3;

    private Step _step;
    private long _dueAt = long.MaxValue;
    private long _checkAt;
    private bool _heard;   // anything was answered in this check
    private bool _guarded; // set-up by code was seen off since the opening
    private int _misses;
    private int _reads;
    private int _writes;
    private byte _found;

    private enum Step
    {
        Rest,
        SignOfLife,
        Ask,
        SwitchOff,
        AskAgain,
    }

    public long WakeAt => _dueAt;

    /// <summary>True between two checks, when no command is under way.</summary>
    public bool IsAtRest => _step == Step.Rest;

    public void Opened(long t)
    {
        // A line just opened owes no earlier answers: four commands without one are enough.
        _misses = MissesToFault - 1;
        _guarded = false;
        Check(t);
    }

    public void Tick(long t)
    {
        if (t < _dueAt)
            return;
        switch (_step)
        {
            case Step.Rest:
                Check(t);
                break;
            case Step.SignOfLife:
                // A model without that command may still answer this.
                Ask(Step.Ask, t);
                break;
            case Step.SwitchOff:
                // Whether it was done is what counts, not whether it was said.
                Ask(Step.AskAgain, t);
                break;
            case Step.Ask or Step.AskAgain when _reads < Tries:
                Send(_step, scanner.Ask, t);
                _reads++;
                break;
            default:
                Unanswered(t);
                break;
        }
    }

    /// <summary>The scanner answered, whatever it was.</summary>
    public void Heard() => _heard |= _step != Step.Rest;

    /// <summary>The answer to the sign of life.</summary>
    public void Alive(long t)
    {
        Heard();
        if (_step == Step.SignOfLife)
            Ask(Step.Ask, t);
    }

    /// <summary>The scanner says that it did what it was told.</summary>
    public void Done(long t)
    {
        Heard();
        if (_step == Step.SwitchOff)
            Ask(Step.AskAgain, t);
    }

    /// <summary>The setting that was asked for.</summary>
    public void Found(byte setting, long t)
    {
        Heard();
        if (_step is Step.Ask or Step.AskAgain)
            Judge(setting, t);
    }

    private void Check(long t)
    {
        _checkAt = t;
        _heard = false;
        _writes = 0;
        Send(Step.SignOfLife, scanner.SignOfLife, t);
    }

    private void Ask(Step step, long t)
    {
        _reads = 1;
        Send(step, scanner.Ask, t);
    }

    private void Judge(byte setting, long t)
    {
        if (scanner.IsOff(setting))
        {
            _guarded = true;
            Rest(Interval);
            sink.Working(t);
            return;
        }

        if (_guarded)
            sink.Fault(ReaderFault.SettingsChanged, t);
        _guarded = false;
        if (_step == Step.Ask)
            _found = setting;
        if (_writes++ < Tries)
            Send(Step.SwitchOff, scanner.SwitchOff(_found), t);
        else
            Refused(t);
    }

    private void Unanswered(long t)
    {
        if (_heard)
        {
            Refused(t);
        }
        else if (++_misses < MissesToFault)
        {
            Rest(Interval);
        }
        else
        {
            _misses = MissesToFault - 1;
            _guarded = false;
            Rest(SilentInterval);
            sink.Fault(ReaderFault.NoAnswer, t);
        }
    }

    private void Refused(long t)
    {
        _guarded = false;
        Rest(Interval);
        sink.Fault(ReaderFault.SettingsRefused, t);
    }

    private void Rest(long interval)
    {
        if (_heard)
            _misses = 0;
        _step = Step.Rest;
        _dueAt = _checkAt + interval;
    }

    private void Send(Step step, byte[] command, long t)
    {
        _step = step;
        _dueAt = t + ReplyTime;
        sink.Send(command);
    }
}
