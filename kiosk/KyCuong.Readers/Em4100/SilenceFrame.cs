namespace KyCuong.Readers.Em4100;

/// <summary>
/// Framing by silence: a burst of exactly 12 characters, or two frames of 12 back to back, is judged; any other burst is refused.
/// The XOR of all six bytes of a frame is zero, so a frame that is read from its middle into the next one has a good checksum and
/// names another tag. Only the silence before a burst guards against that; hence after a refused burst, which may be half a frame,
/// the next one is taken only after twice the silence.
/// </summary>
/// <param name="silence">Microseconds without a byte that end a burst.</param>
/// <param name="sink">Receives reads and refusals.</param>
internal sealed class SilenceFrame(long silence, IReaderSink sink) : IReaderDriver
{
    /// <summary>About 20 characters at 9600 baud.</summary>
    public const long DefaultSilence = 20_000;

    private const int MaxBurst = 2 * Em4100Text.Length;

    private readonly byte[] _burst = new byte[MaxBurst];

    // Counts on past the buffer, so that a long burst is known to be one.
    private int _length;
    private long _firstAt;
    private long _lastAt;
    private bool _afterBroken;
    private bool _doubtful;

    public long? WakeAt => _length > 0 ? _lastAt + silence : null;

    public void Opened(long t)
    {
        // Opened in the middle of a frame, the first bytes may be its tail.
        _length = 0;
        _afterBroken = true;
        _lastAt = t;
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        if (bytes.IsEmpty)
            return;
        Tick(t);
        if (_length == 0)
        {
            _firstAt = t;
            _doubtful = _afterBroken && t - _lastAt < 2 * silence;
        }

        if (_length < MaxBurst)
            bytes[..Math.Min(bytes.Length, MaxBurst - _length)].CopyTo(_burst.AsSpan(_length));
        _length = (int)Math.Min((long)_length + bytes.Length, int.MaxValue);
        _lastAt = t;
    }

    public void Tick(long t)
    {
        if (_length > 0 && t - _lastAt >= silence)
            End();
    }

    private void End()
    {
        var length = _length;
        _length = 0;
        _afterBroken = _doubtful || length is not (Em4100Text.Length or MaxBurst);
        if (_afterBroken)
        {
            sink.Refused(new RefusedRead(length > MaxBurst ? ReadError.TooLong : ReadError.BadFrame, Technology.Em4100, length, _firstAt));
            return;
        }

        for (var start = 0; start < length; start += Em4100Text.Length)
            Em4100Text.Judge(_burst.AsSpan(start, Em4100Text.Length), Em4100Text.Length, _firstAt, sink);
    }
}
