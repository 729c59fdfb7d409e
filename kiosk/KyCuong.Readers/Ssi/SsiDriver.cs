using KyCuong.Readers.SetupCodes;

namespace KyCuong.Readers.Ssi;

/// <summary>
/// A scanner that sends SSI packets: <see cref="SsiFrame"/> finds them, <see cref="SsiScans"/> reads the scans, <see cref="SetupCodeGuard"/> asks the scanner
/// how it is, <see cref="SsiSignals"/> has it tell.
/// </summary>
internal sealed class SsiDriver : IReaderDriver, ISsiPackets
{
    private static readonly byte[] SendAgain = SsiPacket.SendAgain();

    private readonly IReaderSink _sink;
    private readonly SsiFrame _frame;
    private readonly SsiScans _scans;
    private readonly SetupCodeGuard _guard;
    private readonly SsiSignals _signals;

    public SsiDriver(ReaderOptions options, IReaderSink sink)
    {
        _sink = sink;
        _frame = new SsiFrame(options.SilenceOr(SsiFrame.DefaultSilence), sink, this);
        _scans = new SsiScans(options, sink);
        _guard = new SetupCodeGuard(new SsiSetupCodes(), sink);
        _signals = new SsiSignals(sink);
    }

    public long? WakeAt
    {
        get
        {
            var due = Math.Min(_guard.WakeAt, Math.Min(_frame.WakeAt ?? long.MaxValue, _scans.WakeAt ?? long.MaxValue));
            return IsFree && _signals.WakeAt is { } signal ? Math.Min(due, signal) : due;
        }
    }

    private bool IsFree => _guard.IsAtRest && !_frame.IsInPacket;

    public void Opened(long t)
    {
        _frame.Opened();
        _scans.Opened();
        _signals.Opened();
        _guard.Opened(t);
    }

    public void Bytes(ReadOnlySpan<byte> bytes, long t)
    {
        _frame.Bytes(bytes, t);
        _signals.Tick(IsFree, t);
    }

    public void Tick(long t)
    {
        _frame.Tick(t);
        _scans.Tick(t);
        _guard.Tick(t);
        _signals.Tick(IsFree, t);
    }

    public void Indicate(ReaderSignal signal, long t)
    {
        _signals.Indicate(signal);
        _signals.Tick(IsFree, t);
    }

    void ISsiPackets.Packet(byte opcode, byte status, ReadOnlySpan<byte> data, int length, long firstAt, long t)
    {
        switch (opcode)
        {
            case SsiPacket.DecodeData or SsiPacket.LongDecodeData:
                _scans.Packet(status, data, length, firstAt, t);
                break;
            case SsiPacket.Event:
                _sink.Send(SsiPacket.Ack());
                break;
            case SsiPacket.Acknowledge:
                _signals.Answered();
                _guard.Done(t);
                break;
            case SsiPacket.RevisionReply:
                _guard.Alive(t);
                break;
            case SsiPacket.ParamSend when length == 3 && data[1] == SsiSetupCodes.Parameter:
                _guard.Found(data[2], t);
                break;
            default:
                _signals.Answered();
                _guard.Heard();
                break;
        }
    }

    void ISsiPackets.Damaged()
    {
        _scans.ExpectAnything();
        _sink.Send(SendAgain);
    }
}
