namespace KyCuong.Readers.Gm65;

/// <summary>
/// Keeps the module's set-up by code switched off, and notices when the module no longer answers. At opening and every
/// <see cref="Interval"/> it sends a heartbeat and reads zone byte 03; where bit 1 (1 = no set-up by code) is missing it is set, the
/// other bits as they were, and read back. After each such check it says <see cref="IReaderSink.Working"/> or a fault:
/// <list type="bullet">
/// <item><see cref="ReaderFault.NoAnswer"/>: nothing was answered, at opening in one check, later in <see cref="MissesToFault"/>;</item>
/// <item><see cref="ReaderFault.SettingsRefused"/>: it answers, but the bit cannot be read or does not stay;</item>
/// <item><see cref="ReaderFault.SettingsChanged"/>: the bit had been set and was found missing (somebody's set-up code, or a loss of
/// power). It is set again, which <see cref="IReaderSink.Working"/> confirms.</item>
/// </list>
/// Nothing is saved to the module's flash: the next opening sets the bit anew, and a module of another make is not changed for good.
/// One command is under way at a time. A read asks for two bytes, so that no late acknowledgement, which has one, passes for it.
/// </summary>
internal sealed class SetupCodeGuard(IReaderSink sink) : IModuleReplies
{
    /// <summary>Time between two checks, microseconds; the maker recommends a heartbeat every 10 s.</summary>
    public const long Interval = 10_000_000;

    /// <summary>Time between two checks of a module that does not answer, so that one that gets its power back is soon noticed.</summary>
    public const long SilentInterval = 2_500_000;

    /// <summary>Checks without any answer that make a fault; the maker's number.</summary>
    public const int MissesToFault = 3;

    /// <summary>Wait for an answer. A module drops a half-received command after 400 ms, so the next one is taken as it is.</summary>
    public const long ReplyTime = 500_000;

    private const int Tries = 3;
    private const int SetupCodeZone = 0x0003;
    private const int NoSetupByCode = 0x02;
    private const int BytesRead = 2;

    private static readonly byte[] HeartbeatCommand = ModuleCommand.Heartbeat();
    private static readonly byte[] ReadCommand = ModuleCommand.Read(SetupCodeZone, BytesRead);

    private Step _step;
    private long _dueAt = long.MaxValue;
    private long _checkAt;
    private bool _heard;   // anything was answered in this check
    private bool _guarded; // the bit was seen set since the opening
    private int _misses;
    private int _reads;
    private int _writes;
    private byte _zone;

    private enum Step
    {
        Rest,
        Heartbeat,
        Read,
        Write,
        ReadBack,
    }

    public long WakeAt => _dueAt;

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
            case Step.Heartbeat:
                // A model without heartbeat may still answer this.
                Read(Step.Read, t);
                break;
            case Step.Write:
                // Whether it was done is what counts, not whether it was said.
                Read(Step.ReadBack, t);
                break;
            case Step.Read or Step.ReadBack when _reads < Tries:
                Send(_step, ReadCommand, t);
                _reads++;
                break;
            default:
                Unanswered(t);
                break;
        }
    }

    public void Alive(long t)
    {
        _heard |= _step != Step.Rest;
        if (_step == Step.Heartbeat)
            Read(Step.Read, t);
    }

    public void Answer(ReadOnlySpan<byte> data, long t)
    {
        _heard |= _step != Step.Rest;
        if (_step == Step.Write && data.Length == 1)
            Read(Step.ReadBack, t);
        else if (_step is Step.Read or Step.ReadBack && data.Length == BytesRead)
            Judge(data[0], t);
    }

    private void Check(long t)
    {
        _checkAt = t;
        _heard = false;
        _writes = 0;
        Send(Step.Heartbeat, HeartbeatCommand, t);
    }

    private void Read(Step step, long t)
    {
        _reads = 1;
        Send(step, ReadCommand, t);
    }

    private void Judge(byte zone, long t)
    {
        if ((zone & NoSetupByCode) != 0)
        {
            _guarded = true;
            Rest(Interval);
            sink.Working(t);
            return;
        }

        if (_guarded)
            sink.Fault(ReaderFault.SettingsChanged, t);
        _guarded = false;
        if (_step == Step.Read)
            _zone = (byte)(zone | NoSetupByCode);
        if (_writes++ < Tries)
            Send(Step.Write, ModuleCommand.Write(SetupCodeZone, _zone), t);
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
