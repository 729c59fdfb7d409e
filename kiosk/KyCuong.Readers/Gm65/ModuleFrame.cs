using System.Buffers.Binary;
using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.Gm65;

/// <summary>
/// Takes the stream of a GROW module apart: replies (<c>02 00 00 n data crc</c>, heartbeat <c>03 00 00 n data crc</c>), scans with
/// protocol (<c>03 lenH lenL data</c>, no CRC), and plain scans, which are left to <see cref="LineFrame"/>. A scan is never empty, so
/// <c>03 00 00</c> is always a heartbeat. A reply is found anywhere, also behind or inside a text without terminator, which goes on
/// after it; a scan with protocol only where no text has begun, because nothing but its length protects it. 02 and 03 are
/// no part of any credential: where they begin nothing they spoil the text they stand in.
/// </summary>
/// <param name="options">What ends a plain scan, and how a text is judged.</param>
/// <param name="sink">Receives reads and refusals.</param>
/// <param name="replies">Receives replies.</param>
internal sealed class ModuleFrame(ReaderOptions options, IReaderSink sink, IModuleReplies replies)
{
    private const byte AnswerHead = 0x02;
    private const byte HeartbeatOrScanHead = 0x03;

    /// <summary>Head and length of a scan with protocol.</summary>
    private const int ScanHead = 3;

    /// <summary>Head and length of a reply.</summary>
    private const int ReplyHead = 4;

    private const int CrcBytes = 2;

    /// <summary>The most a QR code can hold (version 40-L, bytes). A greater length is no length.</summary>
    private const int MaxQr = 2953;

    private readonly long _silence = options.SilenceOr(LineFrame.DefaultSilence);
    private readonly LineFrame _line = new(options, Technology.Optical, LineText.Judge, sink);
    private readonly byte[] _frame = new byte[ScanHead + LineFrame.MaxText];
    private int _length;
    private int _wanted; // whole length of the frame; 0 until it is known
    private int _skip;   // bytes still to come of a scan that is too long
    private long _firstAt;
    private long _lastAt;

    public long? WakeAt
    {
        get
        {
            var text = _line.WakeAt;
            return IsInFrame && (text is null || _lastAt + _silence < text) ? _lastAt + _silence : text;
        }
    }

    private bool IsInFrame => _length > 0 || _skip > 0;

    private bool IsInText => _line.WakeAt is not null;

    private bool IsReply => _frame[0] == AnswerHead || (_frame[1] == 0 && _frame[2] == 0);

    public void Opened(long t)
    {
        Forget();
        _line.Opened(t);
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        if (bytes.IsEmpty)
            return;
        Tick(t);
        foreach (var b in bytes)
        {
            Next(b, t);
            if (IsInFrame)
                _lastAt = t;
        }
    }

    public void Tick(long t)
    {
        _line.Tick(t);
        if (!IsInFrame || t - _lastAt < _silence)
            return;
        if (_wanted > 0 && !IsReply)
            sink.Refused(new RefusedRead(ReadError.BadFrame, Technology.Optical, _length, _firstAt));
        else
            _line.Bytes(_frame.AsSpan(0, _length), _lastAt);
        Forget();
        _line.Tick(t);
    }

    private void Next(byte b, long t)
    {
        if (_skip > 0)
        {
            _skip--;
            return;
        }

        if (_length == 0 && b is not (AnswerHead or HeartbeatOrScanHead))
        {
            _line.Bytes([b], t);
            return;
        }

        if (_length == 0)
            _firstAt = t;
        _frame[_length++] = b;
        if (_wanted == 0)
            Measure(t);
        else if (_length == _wanted)
            Complete(t);
    }

    /// <summary>Finds out from the first two to four bytes what has begun and how long it is.</summary>
    private void Measure(long t)
    {
        var mayBeScan = _frame[0] == HeartbeatOrScanHead && !IsInText;
        if (_length < ScanHead)
        {
            if (_length == 2 && !mayBeScan && _frame[1] != 0)
                NotBegun(t);
        }
        else if (_frame[1] == 0 && _frame[2] == 0)
        {
            if (_length == ReplyHead && _frame[3] == 0)
                NotBegun(t);
            else if (_length == ReplyHead)
                _wanted = ReplyHead + _frame[3] + CrcBytes;
        }
        else if (BinaryPrimitives.ReadUInt16BigEndian(_frame.AsSpan(1)) is var length && (!mayBeScan || length > MaxQr))
        {
            NotBegun(t);
        }
        else if (length > LineFrame.MaxText)
        {
            Forget();
            _skip = length;
            sink.Refused(new RefusedRead(ReadError.TooLong, Technology.Optical, LineFrame.MaxText + 1, _firstAt));
        }
        else
        {
            _wanted = ScanHead + length;
        }
    }

    /// <summary>The head was none: its first byte is text, and something may begin with the next.</summary>
    private void NotBegun(long t)
    {
        Span<byte> bytes = stackalloc byte[ReplyHead];
        var count = _length;
        _frame.AsSpan(0, count).CopyTo(bytes);
        Forget();
        _line.Bytes(bytes[..1], t);
        foreach (var b in bytes[1..count])
            Next(b, t);
    }

    private void Complete(long t)
    {
        var frame = _frame.AsSpan(0, _length);
        if (!IsReply)
            Scan(frame[ScanHead..]);
        else if (Crc16.Of(frame[1..^CrcBytes]) == BinaryPrimitives.ReadUInt16BigEndian(frame[^CrcBytes..]))
            Reply(frame[ReplyHead..^CrcBytes], t);
        else if (IsInText)
            _line.Bytes(frame, t);
        else
            sink.Refused(new RefusedRead(ReadError.BadChecksum, Technology.Optical, _length, _firstAt));
        Forget();
    }

    private void Reply(ReadOnlySpan<byte> data, long t)
    {
        if (_frame[0] == AnswerHead)
            replies.Answer(data, t);
        else
            replies.Alive(t);
    }

    // A module that is set to add a terminator may count it into the length.
    private void Scan(ReadOnlySpan<byte> text)
    {
        text = options.End == ScanEnd.Tab ? text.TrimEnd((byte)'\t') : text.TrimEnd("\r\n"u8);
        if (!text.IsEmpty)
            LineText.Judge(text, options, _firstAt, sink);
    }

    private void Forget()
    {
        Array.Clear(_frame, 0, _length);
        _length = 0;
        _wanted = 0;
        _skip = 0;
    }
}
