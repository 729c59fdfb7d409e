using KyCuong.Rules;
using KyCuong.Server.Store;

namespace KyCuong.Server.Judging;

/// <summary>The queues at the readers where somebody came late, found anew at each question: what a gate sends late is in them the next time.</summary>
internal static class GateQueues
{
    /// <summary>Taps this long before and after a late one are looked at; no queue is longer.</summary>
    private const long ReachMicros = 12 * 60 * Instant.PerMinute;

    /// <summary>The queues near these late arrivals; reads nothing when there are none.</summary>
    public static QueueBook Read(StoreSession session, AgencyData agency, IReadOnlyList<LateTap> late)
    {
        if (late.Count == 0) return new QueueBook([]);
        var first = new Instant(late.Min(one => one.Tap.At.Micros) - ReachMicros);
        var last = new Instant(late.Max(one => one.Tap.At.Micros) + ReachMicros);
        return Of(PersonTaps.Read(session, agency, (first, last), null), UnknownTaps.Read(session, agency, (first, last)), late);
    }

    /// <summary>The same of taps that are at hand.</summary>
    public static QueueBook Of(PersonTaps taps, IEnumerable<QueuePlace> unknown, IReadOnlyList<LateTap> late)
    {
        var readers = late.Select(one => (one.Tap.Kiosk, one.Tap.Reader)).ToHashSet();
        return new QueueBook(taps.All().Concat(unknown).Where(place => readers.Contains((place.Tap.Kiosk, place.Tap.Reader))));
    }
}
