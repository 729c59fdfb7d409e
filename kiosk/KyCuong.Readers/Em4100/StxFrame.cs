namespace KyCuong.Readers.Em4100;

/// <summary>
/// Framing of the modules that send STX, the 12 characters, and a fixed tail. An STX anywhere begins a new frame, so noise or a
/// cut frame in front costs nothing; a frame with anything wrong in it yields nothing.
/// </summary>
/// <param name="tail">What follows the 12 characters, e.g. ETX.</param>
/// <param name="silence">Microseconds without a byte after which a begun frame is given up.</param>
/// <param name="sink">Receives reads and refusals.</param>
internal sealed class StxFrame(byte[] tail, long silence, IReaderSink sink) : IReaderDriver
{
    /// <summary>A frame takes 17 ms at 9600 baud; 100 ms lets one through that a busy computer or a serial device server cut in two.</summary>
    public const long DefaultSilence = 100_000;

    private const byte Stx = 0x02;

    private readonly byte[] _frame = new byte[1 + Em4100Text.Length + tail.Length];
    private int _length;
    private long _firstAt;
    private long _lastAt;

    public long? WakeAt => _length > 0 ? _lastAt + silence : null;

    public void Opened(long t) => _length = 0;

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        if (bytes.IsEmpty)
            return;
        Tick(t);
        foreach (var b in bytes)
            Next(b, t);
        _lastAt = t;
    }

    public void Tick(long t)
    {
        if (_length > 0 && t - _lastAt >= silence)
            GiveUp();
    }

    private void Next(byte b, long t)
    {
        if (b == Stx)
        {
            if (_length > 0)
                GiveUp();
            _firstAt = t;
            _frame[_length++] = b;
            return;
        }

        if (_length == 0)
            return;
        _frame[_length++] = b;
        if (!Belongs(b, _length - 1))
        {
            GiveUp();
        }
        else if (_length == _frame.Length)
        {
            _length = 0;
            Em4100Text.Judge(_frame.AsSpan(1, Em4100Text.Length), _frame.Length, _firstAt, sink);
        }
    }

    private bool Belongs(byte b, int place) =>
        place <= Em4100Text.Length ? Em4100Text.IsHex(b) : b == tail[place - 1 - Em4100Text.Length];

    private void GiveUp()
    {
        var length = _length;
        _length = 0;
        sink.Refused(new RefusedRead(ReadError.BadFrame, Technology.Em4100, length, _firstAt));
    }
}
