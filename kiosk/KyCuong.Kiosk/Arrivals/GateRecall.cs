using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Journal;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>
/// What the journal remembers after a restart, read back from its newest entry; and from when on that is everything. What was lost with a
/// damaged or exchanged disk may be the tap with which somebody came in time.
/// </summary>
internal static class GateRecall
{
    /// <summary>Entries looked at, the latest ones: a gate of thousands has fewer in a day.</summary>
    private const ulong MostEntries = 16_384;

    private const int Slice = 512;

    /// <summary>Gives the epoch's entries, newest first, until they are older than the limit or one cannot be read.</summary>
    /// <param name="reader">Of the journal.</param>
    /// <param name="epoch">The one that is written to.</param>
    /// <param name="olderUs">What is older is not given, µs since 1970.</param>
    /// <param name="give">Gets them.</param>
    /// <returns>
    /// The instant from which on no entry is missing, by the server's clock, µs since 1970; <see cref="long.MinValue"/>: of this gate there was never
    /// anything else; null: not known.
    /// </returns>
    public static long? Read(JournalReader reader, JournalEpoch epoch, long olderUs, Action<StoredEntry> give)
    {
        long? knownFromUs = null;
        var next = epoch.Last;
        while (next > 0 && epoch.Last - next < MostEntries)
        {
            var entries = reader.ReadBack(epoch, next, Slice);
            foreach (var stored in entries)
            {
                var at = Stamper.InstantUs(stored.Entry.Stamp);
                if (stored.Entry.Stamp.Estimate is not null)
                {
                    if (at < olderUs) return at;
                    knownFromUs = at;
                }

                if (at >= olderUs || stored.Entry.Stamp.Estimate is null) give(stored);
                next = stored.Entry.Sequence - 1;
            }

            if (entries.Count == 0) return knownFromUs;
        }

        // The first entry of the first epoch: a disk that was put in since the server knows (it tells of those before).
        return next == 0 && epoch.Number == 1 ? long.MinValue : knownFromUs;
    }
}
