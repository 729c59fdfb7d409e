using KyCuong.Protos.Journal;
using KyCuong.Rules;
using KyCuong.Server.Store;

namespace KyCuong.Server.Ingest;

/// <summary>
/// Failed and refused reads of a kiosk shortly before a tap, looked up in the journal in which the tap stands: nothing derived
/// is kept, so entries that come late are there at the next question. Not thread-safe.
/// </summary>
internal sealed class TroubleBefore(StoreSession session) : IDisposable
{
    /// <summary>How long before a tap what happened at the readers is told beside it: the two minutes within which whoever was refused tries again.</summary>
    public const long SpanMicros = 2 * Instant.PerMinute;

    /// <summary>The statements; a test looks at their plans.</summary>
    internal const string BackSql = "SELECT sequence, encoding FROM kiosk_events WHERE journal_id = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3";

    internal const string OnSql = "SELECT sequence, encoding FROM kiosk_events WHERE journal_id = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";

    /// <summary>Entries looked at on either side of a tap; what lies beyond is not told. A kiosk writes far fewer in two minutes.</summary>
    private const int Most = 4_096;

    private const int Page = 32;

    /// <summary>Entries of several readers are written nearly, not wholly, in the order of their instants.</summary>
    private const long SlackMicros = Instant.PerMinute;

    private readonly StoreStatement _back = session.Prepare(BackSql);
    private readonly StoreStatement _on = session.Prepare(OnSql);
    private readonly JournalReader _reader = new(session);

    /// <summary>What happened at the readers of the tap's kiosk in the span that ends with the tap, in order; nothing for an imported tap.</summary>
    public List<ReaderTrouble> Of(Tap tap)
    {
        var found = new List<(long AtUs, long Sequence, ReaderTrouble Trouble)>();
        if (tap.Key.Journal == 0 || _reader.ReadTap(tap.Key.Journal, tap.Key.Sequence) is not { } entry) return [];
        Walk(_back, -1, tap, entry.Stamp, found);
        Walk(_on, 1, tap, entry.Stamp, found);
        return [.. found.OrderBy(one => one.AtUs).ThenBy(one => one.Sequence).Select(one => one.Trouble)];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _back.Dispose();
        _on.Dispose();
        _reader.Dispose();
    }

    private void Walk(StoreStatement side, int way, Tap tap, Stamp of, List<(long AtUs, long Sequence, ReaderTrouble Trouble)> found)
    {
        var (first, last, looked) = (tap.At.Micros - SpanMicros, tap.At.Micros, 0);
        foreach (var (sequence, entry) in Entries(side, tap.Key))
        {
            if (++looked > Most) return;
            if (AtUs(entry, sequence, tap, of) is not { } at) continue;
            if (way < 0 ? at < first - SlackMicros : at > last + SlackMicros) return;
            if (at >= first && at <= last && ReaderTrouble.Of(new Instant(at), entry.Body) is { } trouble) found.Add((at, sequence, trouble));
        }
    }

    /// <summary>
    /// When an entry was made: in the boot of the tap by the one clock that stamped both, so that no correction of the clock in
    /// between moves them apart; else by its own boot's estimate. Null: that boot never met the server.
    /// </summary>
    private long? AtUs(Entry entry, long sequence, Tap tap, Stamp of)
    {
        if (entry.Stamp.BootId == of.BootId)
        {
            var at = (Int128)tap.At.Micros + entry.Stamp.BootTimeUs - of.BootTimeUs;
            return long.MinValue <= at && at <= long.MaxValue ? (long)at : null;
        }

        var estimate = JournalReader.EstimateOf(entry) ?? _reader.Estimate(tap.Key.Journal, sequence, entry.Stamp.BootId);
        return estimate is { } known ? CorrectedTime.Of(entry.Stamp.BootTimeUs, known)?.AtUs : null;
    }

    /// <summary>Entries that are no taps on one side, the nearest first; a page is read whole before it is looked at.</summary>
    private static IEnumerable<(long Sequence, Entry Entry)> Entries(StoreStatement side, TapKey key)
    {
        var page = new List<(long, Entry)>();
        var sequence = key.Sequence;
        do
        {
            page.Clear();
            side.Bind(1, key.Journal).Bind(2, sequence).Bind(3, Page);
            while (side.Step())
            {
                sequence = side.Number(0);
                if (!CanonicalEntry.TryRead(side.Bytes(1), out _, out _, out var entry)) throw new InvalidDataException($"Entry {sequence} is damaged in the store.");
                page.Add((sequence, entry));
            }

            foreach (var one in page) yield return one;
        }
        while (page.Count == Page);
    }
}
