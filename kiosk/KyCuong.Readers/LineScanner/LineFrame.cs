namespace KyCuong.Readers.LineScanner;

/// <summary>Says which credential a complete line is, or why it is none; the line is not empty, its first byte came at <paramref name="at"/>.</summary>
internal delegate void LineJudge(ReadOnlySpan<byte> line, ReaderOptions options, long at, IReaderSink sink);

/// <summary>
/// Framing of readers that send a line: bytes up to the terminator, or up to a silence. Nothing marks the start, so a scan that follows noise
/// without a terminator between is refused with it. Empty lines are nothing, which also swallows the LF after a CR.
/// Text is wiped from the buffer as soon as it has been judged.
/// </summary>
/// <param name="options">Terminator, and what <paramref name="judge"/> needs.</param>
/// <param name="technology">What the reader reads.</param>
/// <param name="judge">What a line says.</param>
/// <param name="sink">Receives reads and refusals.</param>
internal sealed class LineFrame(ReaderOptions options, Technology technology, LineJudge judge, IReaderSink sink) : IReaderDriver
{
    /// <summary>Longest text followed, bytes. A badge code has 20, a citizen card's code some 300; a QR code can hold 2 953.</summary>
    public const int MaxText = 1024;

    /// <summary>Silence that ends a scan whose terminator never comes.</summary>
    public const long DefaultSilence = 60_000;

    private readonly long _silence = options.SilenceOr(DefaultSilence);
    private readonly byte[] _text = new byte[MaxText];
    private int _length;
    private bool _overlong;
    private long _firstAt;
    private long _lastAt;

    public long? WakeAt => _length > 0 || _overlong ? _lastAt + _silence : null;

    public void Opened(long t) => Forget();

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        if (bytes.IsEmpty)
            return;
        Tick(t);
        foreach (var b in bytes)
        {
            if (IsEnd(b))
                End();
            else if (!_overlong)
                Collect(b, t);
        }

        _lastAt = t;
    }

    public void Tick(long t)
    {
        if (WakeAt is { } due && t >= due)
            End();
    }

    private bool IsEnd(byte b) => options.End switch
    {
        ScanEnd.CrOrLf => b is 0x0D or 0x0A,
        ScanEnd.Tab => b == 0x09,
        ScanEnd.Etx => b == 0x03,
        ScanEnd.SilenceOnly => false,
        _ => throw new InvalidOperationException($"{options.End} is not an end of scan"),
    };

    private void Collect(byte b, long t)
    {
        if (_length == 0)
            _firstAt = t;
        if (_length < MaxText)
        {
            _text[_length++] = b;
            return;
        }

        // Said once, at the bound; the rest up to the end of the scan is dropped unseen.
        Forget();
        _overlong = true;
        sink.Refused(new RefusedRead(ReadError.TooLong, technology, MaxText + 1, _firstAt));
    }

    private void End()
    {
        if (_length > 0)
            judge(_text.AsSpan(0, _length), options, _firstAt, sink);
        Forget();
    }

    private void Forget()
    {
        Array.Clear(_text, 0, _length);
        _length = 0;
        _overlong = false;
    }
}
