using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.Ssi;

/// <summary>
/// The scans in a scanner's packets: takes note of each, joins those that are of one scan, and knows a packet that is sent again
/// because the note was lost. Text is wiped as soon as it has been judged.
/// </summary>
internal sealed class SsiScans
{
    /// <summary>A scanner sends again within its response time, some 2 s, and gives up after two more tries. Later it is another scan.</summary>
    public const long SentAgainWithin = 10_000_000;

    /// <summary>Wait for the next packet of a scan of several.</summary>
    public const long NextPacketWithin = 3_000_000;

    private const int TypeByte = 1;
    private const byte SentAgain = 0x01;
    private const byte MoreFollow = 0x02;

    private readonly ReaderOptions _options;
    private readonly IReaderSink _sink;
    private readonly Ear _ear;
    private readonly byte[] _text = new byte[LineFrame.MaxText];
    private int _length;
    private int _packets;
    private long _firstAt;
    private long _joinedAt;
    private (int Length, int Sum)? _noted; // of the last packet; nothing of its text
    private long _notedAt;

    public SsiScans(ReaderOptions options, IReaderSink sink)
    {
        _options = options;
        _sink = sink;
        _ear = new Ear(sink);
    }

    public long? WakeAt => _packets > 0 ? _joinedAt + NextPacketWithin : null;

    public void Opened()
    {
        Forget();
        ExpectAnything();
    }

    public void Tick(long t)
    {
        if (WakeAt is not { } due || t < due)
            return;
        _sink.Refused(new RefusedRead(ReadError.BadFrame, Technology.Optical, _length, _firstAt));
        Forget();
    }

    /// <summary>The scanner is asked to send again: what comes next was not judged yet, whatever it says of itself.</summary>
    public void ExpectAnything() => (_ear.Last, _noted) = (null, null);

    /// <summary>A packet with scanned data.</summary>
    public void Packet(byte status, ReadOnlySpan<byte> data, int length, long firstAt, long t)
    {
        _sink.Send(SsiPacket.Ack());
        var sum = 0;
        foreach (var b in data)
            sum += b;
        var text = data[Math.Min(TypeByte, data.Length)..];
        if ((status & SentAgain) != 0 && t - _notedAt < SentAgainWithin && WasNoted(text, length, sum))
            return;
        _notedAt = t;
        Join(text, length - TypeByte, firstAt, t);
        (_ear.Last, _noted) = (null, (length, sum));
        if ((status & MoreFollow) == 0)
            Judge();
    }

    // Two badge codes may well have the same sum, so a badge is known by its whole code.
    private bool WasNoted(ReadOnlySpan<byte> text, int length, int sum) =>
        _noted == (length, sum) && (_ear.Last is null || text.IndexOf(_ear.Last.Value.Span) >= 0);

    private void Join(ReadOnlySpan<byte> text, int length, long firstAt, long t)
    {
        if (_packets++ == 0)
            _firstAt = firstAt;
        _joinedAt = t;
        if (_length + text.Length <= _text.Length)
            text.CopyTo(_text.AsSpan(_length));
        _length = (int)Math.Min((long)_length + Math.Max(0, length), int.MaxValue);
    }

    private void Judge()
    {
        if (_length > _text.Length)
        {
            _sink.Refused(new RefusedRead(ReadError.TooLong, Technology.Optical, LineFrame.MaxText + 1, _firstAt));
        }
        else
        {
            // A terminator counts as part of the data here. "NR" is what a scanner says that found nothing.
            var text = _text.AsSpan(0, _length);
            text = _options.End switch { ScanEnd.Tab => text.TrimEnd((byte)'\t'), ScanEnd.Etx => text.TrimEnd((byte)0x03), _ => text.TrimEnd("\r\n"u8) };
            if (!text.IsEmpty && !text.SequenceEqual("NR"u8))
                LineText.Judge(text, _options, _firstAt, _ear);
        }

        // The last packet of several has only a part of the code.
        if (_packets > 1)
            _ear.Last = null;

        Forget();
    }

    private void Forget()
    {
        Array.Clear(_text);
        (_length, _packets) = (0, 0);
    }

    /// <summary>Hands on what was judged, and remembers a badge that was read.</summary>
    private sealed class Ear(IReaderSink sink) : IReaderSink
    {
        public RawRead? Last { get; set; }

        public void Read(RawRead read)
        {
            Last = read;
            sink.Read(read);
        }

        public void ReadTogether(RawRead first, RawRead? second) => sink.ReadTogether(first, second);

        public void Nothing(long t) => sink.Nothing(t);

        public void Refused(RefusedRead refused) => sink.Refused(refused);

        public void Send(ReadOnlySpan<byte> bytes) => sink.Send(bytes);

        public void Fault(ReaderFault fault, long t) => sink.Fault(fault, t);

        public void Working(long t) => sink.Working(t);
    }
}
