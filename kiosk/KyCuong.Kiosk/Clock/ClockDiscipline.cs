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

    /// <summary>True when no clock ran backwards in it.</summary>
    public bool IsPossible => SentBootUs >= 0 && ReturnedBootUs >= SentBootUs && ServerRepliedUs >= ServerReceivedUs;
}

/// <summary>
/// How the boot-time clock stands to the server's (reliability rule D13). Keeps the exchanges of a window; the estimate at an
/// instant is the one whose bound is tightest then: half its round trip plus <see cref="ContractLimits.ClockDriftPpm"/> of
/// the time since. Estimates asked for in order of boot time never make server time run backwards, except over a step of more than
/// <see cref="StepUs"/>, which is the server's clock being set. Pure: time is an argument. Not thread-safe.
/// </summary>
public sealed class ClockDiscipline
{
    /// <summary>Exchanges kept; the oldest gives way.</summary>
    public const int Window = 32;

    /// <summary>Server time is held rather than turned back over less than this, µs.</summary>
    public const long StepUs = 1_000_000;

    private readonly List<ClockExchange> _exchanges = new(Window + 1);
    private long _lastBootUs = long.MinValue;
    private long _lastServerUs = long.MinValue;

    /// <summary>Takes an exchange in. False, and nothing is kept, when a clock ran backwards in it.</summary>
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
        if (bootUs >= _lastBootUs)
        {
            var behind = _lastBootUs == long.MinValue ? 0 : _lastServerUs - (bootUs + offset);
            if (behind is > 0 and <= StepUs)
            {
                offset += behind;
                bound += behind;
            }

            (_lastBootUs, _lastServerUs) = (bootUs, bootUs + offset);
        }

        return new ClockReading(offset, bound, Math.Max(0, bootUs - _exchanges[^1].ReturnedBootUs));
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

    private static long Drift(long us) => us / 1_000_000 * ContractLimits.ClockDriftPpm + (us % 1_000_000 * ContractLimits.ClockDriftPpm + 999_999) / 1_000_000;
}
