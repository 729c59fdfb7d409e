using KyCuong.Protos.Journal;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Journal;

/// <summary>Reads every entry of a journal once, over a connection of its own.</summary>
internal static class JournalScan
{
    private const int AtOnce = 512;

    /// <summary>Between two reads, so that a tap at the gate never waits for this.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>The first damage that is not known yet, as a sentence; null when there is none.</summary>
    /// <param name="path">The database.</param>
    /// <param name="epochs">How they stand; what comes after this began was written whole.</param>
    /// <param name="known">Entries that are known to be lost.</param>
    /// <param name="taps">Is told which of those that wait for the server are taps.</param>
    /// <param name="time">For its pauses.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="SqliteException">The disk fails otherwise than by damage.</exception>
    public static async Task<string?> DamageAsync(
        string path, Func<IReadOnlyList<JournalEpoch>> epochs, IReadOnlyList<LostRange> known, TapMarks taps, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            using var reader = new JournalReader(path);
            if (reader.StructureDamage() is { } structure) return structure;
            if (reader.HasNamelessEntries()) return "it has entries of an epoch that it does not name";
            foreach (var epoch in epochs())
            {
                for (var next = Math.Max(1, epoch.First); next <= epoch.Last;)
                {
                    await Task.Delay(Pause, time, cancellation);
                    var slice = reader.Read(epoch, next, AtOnce);
                    foreach (var waiting in slice.Entries.Where(stored => stored.Entry.Sequence > epoch.Acked)) taps.Read(epoch.Id, waiting.Entry);
                    if (slice.Entries.Count > 0) next = slice.Entries[^1].Entry.Sequence + 1;
                    if (slice.Lost is not { } lost || lost.Last < next) continue;
                    var pruned = lost.First < (epochs().FirstOrDefault(now => now.Number == epoch.Number)?.First ?? ulong.MaxValue);
                    if (!pruned && !IsKnown(epoch.Id, lost, known)) return $"entries {lost.First} to {lost.Last} of epoch {epoch.Id.Epoch:x32} cannot be read";
                    next = lost.Last + 1;
                }

                if (epoch.Unsent > 0) taps.Known(epoch.Id, epoch.Acked + 1, epoch.Last);
            }

            return null;
        }
        catch (JournalDamagedException e)
        {
            return e.Message;
        }
    }

    private static bool IsKnown(JournalId id, (ulong First, ulong Last) lost, IReadOnlyList<LostRange> known) =>
        known.Any(range => range.Epoch == id.Epoch && range.First <= lost.First && range.Last >= lost.Last);
}
