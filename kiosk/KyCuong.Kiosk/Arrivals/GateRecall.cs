using KyCuong.Kiosk.Clock;
using KyCuong.Kiosk.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Arrivals;

/// <summary>
/// What the journal remembers after a restart, read back from its newest entry; and from when on that is everything. What was lost with a
/// damaged or exchanged disk may be the tap with which somebody came in time.
/// </summary>
internal static partial class GateRecall
{
    /// <summary>Entries looked at, the latest ones: a gate of thousands has fewer in a day.</summary>
    private const ulong MostEntries = 16_384;

    private const int Slice = 512;

    /// <summary>Gives the epoch's entries, newest first, until they are older than the limit or one cannot be read.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="epoch">The one that is written to.</param>
    /// <param name="olderUs">What is older is not given, µs since 1970.</param>
    /// <param name="give">Gets them.</param>
    /// <param name="logger">Gets to know of a file that cannot be read.</param>
    /// <returns>
    /// The instant from which on no entry is missing, by the server's clock, µs since 1970; <see cref="long.MinValue"/>: of this gate there was never
    /// anything else; null: not known.
    /// </returns>
    public static long? Read(string path, JournalEpoch epoch, long olderUs, Action<StoredEntry> give, ILogger logger)
    {
        long? knownFromUs = null;
        try
        {
            using var reader = new JournalReader(path);
            return Read(reader, epoch, olderUs, give, ref knownFromUs);
        }
        catch (Exception e) when (e is SqliteException or JournalDamagedException)
        {
            // A page that is damaged; the journal looks after that itself.
            LogUnread(logger, e, path);
            return knownFromUs;
        }
    }

    private static long? Read(JournalReader reader, JournalEpoch epoch, long olderUs, Action<StoredEntry> give, ref long? knownFromUs)
    {
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal {Path} could not be read back to this shift's beginning; nobody is called late here who may have tapped before")]
    private static partial void LogUnread(ILogger logger, Exception e, string path);
}
