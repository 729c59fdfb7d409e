using KyCuong.Kiosk.Clock;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>
/// Measures the server's clock on one stream: a burst when the link is made, one after the other, then one at a time with
/// jitter. One writer asks for probes, one reader brings replies; thread-safe between them.
/// </summary>
/// <param name="stamper">Gets the samples.</param>
/// <param name="every">Time between two probes after the burst; each wait is between two thirds and four thirds of it.</param>
/// <param name="random">For the jitter.</param>
internal sealed class ClockProbes(Stamper stamper, TimeSpan every, Random random)
{
    /// <summary>Probes of the burst: enough that one of them meets no queue.</summary>
    public const int Burst = 8;

    private readonly Lock _gate = new();
    private readonly ClockSamplePolicy _policy = new();
    private ulong _lastId;
    private int _answered;
    private long _sentUs;
    private bool _waiting;
    private long _nextUs;

    /// <summary>The probe to send now; null when none is due. An unanswered one is given up when the next is due.</summary>
    public ClockProbe? Next()
    {
        lock (_gate)
        {
            var now = stamper.Clock.BootTimeUs;
            if (now < _nextUs && (_waiting || _answered is 0 or >= Burst)) return null;
            _sentUs = now;
            _waiting = true;
            _nextUs = now + (long)(every.TotalMicroseconds * (2 + 2 * random.NextDouble()) / 3);
            return new ClockProbe { ProbeId = ++_lastId, SentBootTimeUs = now };
        }
    }

    /// <summary>
    /// Takes a reply. An entry for the journal when one is due: not before the burst is over, which gives the best estimate. It is to be
    /// stamped for the boot time that comes with it: what it says is true within its uncertainty then, and not a moment later.
    /// </summary>
    public (ClockSampleEntry Sample, long BootUs)? Take(ClockReply reply)
    {
        lock (_gate)
        {
            // Of an earlier probe, or altered: what was sent is known here.
            if (!_waiting || reply.ProbeId != _lastId || reply.SentBootTimeUs != _sentUs) return null;
            _waiting = false;
            _answered = Math.Min(_answered + 1, Burst);
            var now = stamper.Clock.BootTimeUs;
            var exchange = new ClockExchange(_sentUs, reply.ReceivedUs, reply.RepliedUs, now);
            if (stamper.Add(exchange) is not { } reading) return null;
            return _answered == Burst && _policy.IsDue(reading, now, stamper.Clock.WallClockUs - now)
                ? (new ClockSampleEntry(reading.ServerMinusBootUs, exchange.RoundTripUs, reading.UncertaintyUs), now)
                : null;
        }
    }
}
