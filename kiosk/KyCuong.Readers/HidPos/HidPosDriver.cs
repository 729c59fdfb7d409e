using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.HidPos;

/// <summary>
/// Reports of 64 bytes: <c>02 | length | AIM identifier ×3 | data ×56 | maker ×2 | flags</c>, bit 0 of the flags = the scan goes on in
/// the next report. Other reports (other first byte) are not about scans. Text is wiped as soon as it has been judged.
/// </summary>
internal sealed class HidPosDriver(ReaderOptions options, IReaderSink sink) : IReaderDriver
{
    /// <summary>Bytes of a report, and of each record the port gives.</summary>
    public const int ReportBytes = 64;

    /// <summary>The port gives whole reports; a part of one is a stand-in's, and ends after this, microseconds. The option <c>silence</c> sets it.</summary>
    public const long DefaultSilence = 60_000;

    /// <summary>Wait for the next report of a scan of several, microseconds.</summary>
    public const long NextReportWithin = 500_000;

    private const byte ScanReport = 0x02;
    private const int LengthAt = 1;
    private const int AimAt = 2;
    private const int DataAt = 5;
    private const int MostData = 56;
    private const int FlagsAt = 63;
    private const byte GoesOn = 0x01;

    private readonly long _silence = options.SilenceOr(DefaultSilence);
    private readonly byte[] _report = new byte[ReportBytes];
    private readonly byte[] _text = new byte[LineFrame.MaxText];
    private int _have;
    private long _reportAt;
    private long _lastAt;
    private int _length;
    private bool _joining;
    private long _scanAt;
    private long _joinedAt;

    /// <inheritdoc/>
    public long? WakeAt => _have > 0 ? _lastAt + _silence : _joining ? _joinedAt + NextReportWithin : null;

    /// <inheritdoc/>
    public void Opened(long t)
    {
        _have = 0;
        Forget();
    }

    /// <inheritdoc/>
    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        Tick(t);
        while (!bytes.IsEmpty)
        {
            if (_have == 0)
                _reportAt = t;
            _lastAt = t;
            var count = Math.Min(bytes.Length, ReportBytes - _have);
            bytes[..count].CopyTo(_report.AsSpan(_have));
            bytes = bytes[count..];
            _have += count;
            if (_have < ReportBytes)
                return;
            Report(t);
            Array.Clear(_report);
            _have = 0;
        }
    }

    /// <inheritdoc/>
    public void Tick(long t)
    {
        if (_have > 0 && t - _lastAt >= _silence)
        {
            Refuse(ReadError.BadFrame, _have, _reportAt);
            Array.Clear(_report);
            _have = 0;
        }

        if (_joining && t - _joinedAt >= NextReportWithin)
        {
            Refuse(ReadError.BadFrame, _length, _scanAt);
            Forget();
        }
    }

    private void Report(long t)
    {
        if (_report[0] != ScanReport)
            return;
        var length = _report[LengthAt];
        if (length > MostData)
        {
            Refuse(ReadError.BadFrame, ReportBytes, _reportAt);
            Forget();
            return;
        }

        if (!_joining)
        {
            (_joining, _scanAt) = (true, _reportAt);
            if (_report[AimAt] == ']')
                Join(_report.AsSpan(AimAt, DataAt - AimAt));
        }

        Join(_report.AsSpan(DataAt, length));
        _joinedAt = t;
        if ((_report[FlagsAt] & GoesOn) == 0)
            Judge();
    }

    private void Join(ReadOnlySpan<byte> part)
    {
        if (_length + part.Length <= _text.Length)
            part.CopyTo(_text.AsSpan(_length));
        _length = Math.Min(_length + part.Length, LineFrame.MaxText + 1);
    }

    private void Judge()
    {
        if (_length > _text.Length)
        {
            Refuse(ReadError.TooLong, _length, _scanAt);
        }
        else
        {
            // A terminator set on the scanner is part of the data here.
            var text = _text.AsSpan(0, _length).TrimEnd("\r\n\t"u8);
            if (!text.IsEmpty)
                LineText.Judge(text, options, _scanAt, sink);
        }

        Forget();
    }

    private void Refuse(ReadError reason, int length, long at) => sink.Refused(new RefusedRead(reason, Technology.Optical, length, at));

    private void Forget()
    {
        Array.Clear(_text);
        (_length, _joining) = (0, false);
    }
}
