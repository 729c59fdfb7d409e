using KyCuong.Readers.LineScanner;

namespace KyCuong.Readers.De2120;

/// <summary>
/// A DE2120: its scans are lines as of any scanner; between them come the bytes ACK and NAK, and the version as text. Neither byte is part of any
/// credential: both are taken out wherever they stand, so that a late answer costs nobody a scan.
/// </summary>
internal sealed class De2120Driver : IReaderDriver
{
    private const byte Ack = 0x06;
    private const byte Nak = 0x15;

    private readonly VersionCheck _check;
    private readonly LineFrame _line;

    public De2120Driver(ReaderOptions options, IReaderSink sink)
    {
        _check = new VersionCheck(sink);
        _line = new LineFrame(options, Technology.Optical, LineText.Judge, new PastVersion(_check, sink));
    }

    public long? WakeAt => Math.Min(_line.WakeAt ?? long.MaxValue, _check.WakeAt);

    public void Opened(long t)
    {
        _line.Opened(t);
        _check.Opened(t);
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        while (!bytes.IsEmpty)
        {
            var reply = bytes.IndexOfAny(Ack, Nak);
            if (reply < 0)
            {
                _line.Bytes(bytes, t);
                return;
            }

            _line.Bytes(bytes[..reply], t);
            _check.Answered(t);
            bytes = bytes[(reply + 1)..];
        }
    }

    public void Tick(long t)
    {
        _line.Tick(t);
        _check.Tick(t);
    }

    /// <summary>Drops the version, which is a text like any other that is no badge. Whatever is a credential or a citizen card's passes.</summary>
    private sealed class PastVersion(VersionCheck check, IReaderSink sink) : IReaderSink
    {
        public void Read(RawRead read) => sink.Read(read);

        public void ReadTogether(RawRead first, RawRead? second) => sink.ReadTogether(first, second);

        public void Nothing(long t) => sink.Nothing(t);

        public void Refused(RefusedRead refused)
        {
            if (refused.Reason is not (ReadError.NotInGrammar or ReadError.BadFrame) || !check.MayBeVersion(refused.At))
                sink.Refused(refused);
        }

        public void Send(ReadOnlySpan<byte> bytes) => sink.Send(bytes);

        public void Fault(ReaderFault fault, long t) => sink.Fault(fault, t);

        public void Working(long t) => sink.Working(t);
    }
}
