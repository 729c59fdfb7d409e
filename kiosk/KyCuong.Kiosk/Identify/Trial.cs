using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Identify;

/// <summary>A candidate's driver at work on the bytes, and what it made of them. Nothing goes to the reader unless <see cref="Line"/> is set.</summary>
internal sealed class Trial : IReaderSink
{
    private readonly Dictionary<ReadError, int> _refused = [];
    private int _checked;
    private int _reads;
    private bool _answered;

    public Trial(Candidate candidate)
    {
        Candidate = candidate;
        Driver = candidate.Protocol.New(candidate.Options, this);
    }

    public Candidate Candidate { get; }

    public IReaderDriver Driver { get; }

    /// <summary>Where what the driver sends goes; null = nowhere.</summary>
    public ITransport? Line { get; set; }

    /// <summary>The last card that was read; null until then.</summary>
    public RawRead? Last { get; private set; }

    /// <summary>Reads so far.</summary>
    public int Reads => _reads;

    /// <summary>The driver asked and had no answer.</summary>
    public bool IsUnanswered { get; private set; }

    public Standing Standing => new(Candidate, _checked, _reads, new Dictionary<ReadError, int>(_refused), _answered);

    public void Read(RawRead read)
    {
        var isBadge = read.Form == CredentialForm.BadgeCode;
        if (isBadge && BadgeReading.Identity(read, out _) is null)
        {
            Count(ReadError.BadChecksum);
            return;
        }

        _reads++;
        Last = read;
        if (isBadge || Candidate.Protocol.HasChecksum) _checked++;
    }

    public void ReadTogether(RawRead first, RawRead? second) => Read(first);

    public void Nothing(long t)
    {
    }

    public void Refused(RefusedRead refused) => Count(refused.Reason);

    public void Send(ReadOnlySpan<byte> bytes) => Line?.Write(bytes);

    public void Fault(ReaderFault fault, long t)
    {
        // Without a line nobody was asked. Who refuses a setting has answered.
        if (Line is null) return;
        if (fault == ReaderFault.NoAnswer) IsUnanswered = true;
        else _answered = true;
    }

    // A byte that looks like an answer to what was not asked is none. A card reader's service says by itself that the reader is there.
    public void Working(long t) => _answered |= Line is not null || Candidate.Protocol.Port == ReaderPort.SmartCard;

    private void Count(ReadError reason) => _refused[reason] = _refused.GetValueOrDefault(reason) + 1;
}
