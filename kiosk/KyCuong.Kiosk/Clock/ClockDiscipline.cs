using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Clock;

/// <summary>One four-timestamp exchange: boot time when sent and when the reply came, server time at receipt and reply. All µs.</summary>
public readonly record struct ClockExchange(long SentBootUs, long ServerReceivedUs, long ServerRepliedUs, long ReturnedBootUs)
{
    /// <summary>Time on the way, both directions, without the server's own.</summary>
    public long RoundTripUs => Math.Max(0, (ReturnedBootUs - SentBootUs) - (ServerRepliedUs - ServerReceivedUs));

    /// <summary>Server minus boot time, if both directions took the same time.</summary>
    public long ServerMinusBootUs => (long)(((Int128)ServerReceivedUs - SentBootUs + ServerRepliedUs - ReturnedBootUs) / 2);

    /// <summary>True when no clock ran backwards in it, and the server did not have it for longer than it was away.</summary>
    public bool IsPossible => SentBootUs >= 0 && ReturnedBootUs >= SentBootUs && ServerRepliedUs >= ServerReceivedUs
        && (Int128)ServerRepliedUs - ServerReceivedUs <= ReturnedBootUs - SentBootUs + ContractLimits.ClockDriftUs(ReturnedBootUs - SentBootUs) + 2;
}

/// <summary>
/// How the boot-time clock stands to the server's (reliability rule D13). Keeps the exchanges of a window; the estimate at an
/// instant is the one whose bound is tightest then: half its round trip plus <see cref="ContractLimits.ClockDriftUs"/> of
/// the time since. Two instants asked for are in the order of their boot times whatever came between, except over a correction of more than
/// <see cref="StepUs"/>: the server's clock was set, or this one was alone for long. Pure: time is an argument. Not thread-safe.
/// </summary>
public sealed class ClockDiscipline
{
    /// <summary>Exchanges kept; the oldest gives way.</summary>
    public const int Window = 32;

    /// <summary>Server time is held rather than turned back over less than this, µs; for as long it is wrong by as much.</summary>
    public const long StepUs = 100_000;

    /// <summary>Instants asked for that later ones keep in order with; a tap is asked for moments after its first byte.</summary>
    private const int Remembered = 256;

    private readonly List<ClockExchange> _exchanges = new(Window + 1);

    // Ascending in both.
    private readonly List<(long BootUs, long ServerUs)> _asked = new(Remembered + 1);

    /// <summary>Takes an exchange in. False, and nothing is kept, when it is not possible.</summary>
    public bool Add(ClockExchange exchange)
    {
        if (!exchange.IsPossible) return false;
        // An old exchange that cannot be true together with the new one speaks of a server clock that has been set since.
        _exchanges.RemoveAll(old => Int128.Abs((Int128)old.ServerMinusBootUs - exchange.ServerMinusBootUs)
            > (Int128)Bound(old, exchange.ReturnedBootUs) + Bound(exchange, exchange.ReturnedBootUs));
        _exchanges.Add(exchange);
        if (_exchanges.Count > Window) _exchanges.RemoveAt(0);
        return true;
    }

    /// <summary>The estimate at a boot time, µs; null before the first exchange.</summary>
    public ClockReading? At(long bootUs)
    {
        if (_exchanges.Count == 0) return null;
        var best = _exchanges[^1];
        var bound = Bound(best, bootUs);
        foreach (var exchange in _exchanges)
            if (Bound(exchange, bootUs) is var other && other < bound) (best, bound) = (exchange, other);

        var offset = best.ServerMinusBootUs;
        var place = _asked.FindLastIndex(one => one.BootUs <= bootUs) + 1;
        var move = 0L;
        if (place > 0 && _asked[place - 1].ServerUs - (bootUs + offset) is var behind and > 0 and <= StepUs) move = behind;
        else if (place < _asked.Count && bootUs + offset - _asked[place].ServerUs is var ahead and > 0 and <= StepUs) move = -ahead;
        (offset, bound) = (offset + move, bound + Math.Abs(move));
        Remember(place, bootUs, bootUs + offset);
        return new ClockReading(offset, bound, Math.Max(0, bootUs - _exchanges[^1].ReturnedBootUs));
    }

    private void Remember(int place, long bootUs, long serverUs)
    {
        // Over a step the order is broken: what is on its other side says nothing any more.
        if (place > 0 && _asked[place - 1].ServerUs > serverUs)
        {
            _asked.RemoveRange(0, place);
            place = 0;
        }

        if (place < _asked.Count && _asked[place].ServerUs < serverUs) return;
        _asked.Insert(place, (bootUs, serverUs));
        if (_asked.Count > Remembered) _asked.RemoveAt(0);
    }

    /// <summary>
    /// How far an exchange's offset may be off at a boot time: half the round trip, drift over the exchange itself and since
    /// (or until, for instants before it), and 2 µs of rounding.
    /// </summary>
    private static long Bound(ClockExchange exchange, long bootUs)
    {
        var away = bootUs >= exchange.ReturnedBootUs ? bootUs - exchange.ReturnedBootUs : Math.Max(0, exchange.SentBootUs - bootUs);
        return exchange.RoundTripUs / 2 + Drift(exchange.ReturnedBootUs - exchange.SentBootUs) + Drift(away) + 2;
    }

    private static long Drift(long us) => (long)ContractLimits.ClockDriftUs(us);
}
