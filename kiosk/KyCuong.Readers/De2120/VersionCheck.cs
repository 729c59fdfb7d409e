namespace KyCuong.Readers.De2120;

/// <summary>
/// Notices when the module no longer answers: at opening and every <see cref="Interval"/> it asks for the version. The module answers with one byte, ACK or
/// NAK, and its version as text. Either byte shows that it is there and understands; nothing can be read back of its settings.
/// </summary>
internal sealed class VersionCheck(IReaderSink sink)
{
    /// <summary>Time between two checks, microseconds.</summary>
    public const long Interval = 10_000_000;

    /// <summary>Time between two checks of a module that does not answer.</summary>
    public const long SilentInterval = 2_500_000;

    /// <summary>Wait for an answer; it takes some 430 ms, and a public library waits 800.</summary>
    public const long ReplyTime = 1_000_000;

    /// <summary>How long after the answer the text of the version may still come in.</summary>
    public const long TextTime = 500_000;

    /// <summary>Checks without an answer that make a fault; at opening one.</summary>
    public const int MissesToFault = 3;

    private const int Tries = 2;

    private static readonly byte[] Ask = [.. "^_^DSPYFW."u8];

    private long _dueAt = long.MaxValue;
    private long _checkAt;
    private long _textUntil;
    private int _tries; // of the check under way; 0 = none is
    private int _misses;

    public long WakeAt => _dueAt;

    /// <summary>True while an answer is awaited.</summary>
    public bool IsAsking => _tries > 0;

    public void Opened(long t)
    {
        _misses = MissesToFault - 1;
        _textUntil = t;
        _tries = 0;
        Send(t);
    }

    /// <summary>True when a text that came at <paramref name="t"/> may be the version.</summary>
    public bool MayBeVersion(long t) => IsAsking || t < _textUntil;

    public void Answered(long t)
    {
        if (!IsAsking)
            return;
        _misses = 0;
        _textUntil = t + TextTime;
        Rest(Interval);
        sink.Working(t);
    }

    public void Tick(long t)
    {
        if (t < _dueAt)
            return;
        if (_tries < Tries)
        {
            Send(t);
            return;
        }

        if (++_misses < MissesToFault)
        {
            Rest(Interval);
            return;
        }

        _misses = MissesToFault - 1;
        Rest(SilentInterval);
        sink.Fault(ReaderFault.NoAnswer, t);
    }

    private void Send(long t)
    {
        if (_tries++ == 0)
            _checkAt = t;
        _dueAt = t + ReplyTime;
        sink.Send(Ask);
    }

    private void Rest(long interval)
    {
        _tries = 0;
        _dueAt = _checkAt + interval;
    }
}
