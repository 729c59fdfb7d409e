using KyCuong.Kiosk.Files;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Journal;

/// <summary>Sequences of an epoch that are on this disk no more, both ends included.</summary>
/// <param name="Epoch">The epoch's name, 128 bits.</param>
/// <param name="First">The first lost sequence.</param>
/// <param name="Last">The last one.</param>
public sealed record LostRange(UInt128 Epoch, ulong First, ulong Last);

/// <summary>What could be saved of one epoch.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Records">One a sequence, in order.</param>
/// <param name="Lost">The holes between them, and before them unless they were old enough to have been pruned.</param>
internal sealed record SalvagedEpoch(JournalId Id, IReadOnlyList<RawRecord> Records, IReadOnlyList<LostRange> Lost);

/// <summary>Saves whole records out of damaged files. Reads only.</summary>
internal static class JournalSalvage
{
    /// <summary>What is in a database and its log, the epochs in the order in which they were begun.</summary>
    /// <param name="path">The database; its log beside it.</param>
    /// <param name="prunedBeforeUs">An epoch whose first saved entry was made before this may have lost those before it to pruning, µs since 1970.</param>
    /// <param name="unreadable">Bytes that the disk could not read.</param>
    /// <exception cref="IOException">The disk fails, or reads nothing of it at all: it may be back later.</exception>
    public static List<SalvagedEpoch> Read(string path, long prunedBeforeUs, out long unreadable)
    {
        var found = new FoundRecords();
        foreach (var file in (string[])[path, path + DamagedFiles.LogSuffix, path + "-wal"])
            if (File.Exists(file)) found.AddFile(file);
        unreadable = found.Unreadable;
        if (unreadable > 0 && unreadable == found.Bytes) throw new IOException($"nothing of {path} can be read");

        return [.. found.Journals.Select(epoch => Choose(epoch.Key, epoch.Value, prunedBeforeUs))
            .OrderBy(epoch => epoch.Records[0].Stored.Entry.Stamp.WallClockUs)];
    }

    /// <summary>True when there is at least one.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static bool HasRecords(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = new AroundBadBlocks(path);
        return RawRecords.In(file).Any();
    }

    /// <summary>
    /// A commit that failed may have left an entry whose number was given again afterwards. The one that the next entry is
    /// chained to is the one that was kept; of the newest number, the one written last.
    /// </summary>
    private static SalvagedEpoch Choose(JournalId id, SortedDictionary<ulong, List<RawRecord>> found, long prunedBeforeUs)
    {
        var records = new List<RawRecord>(found.Count);
        RawRecord? next = null;
        foreach (var (_, same) in found.Reverse())
        {
            var chained = next is { } after ? same.FindLast(record => record.Stored.Hash == after.Stored.Previous) : null;
            next = chained ?? same[^1];
            records.Add(next);
        }

        records.Reverse();
#if PLANTED_BUGS
        if (Protos.PlantedBugs.Is(Protos.PlantedBugs.CutAtBadEntry))
            for (var i = 1; i < records.Count; i++)
                if (records[i].Stored.Entry.Sequence != records[i - 1].Stored.Entry.Sequence + 1) records.RemoveRange(i, records.Count - i);
#endif
        var lost = new List<LostRange>();
        var expected = records[0].Stored.Entry.Stamp.WallClockUs < prunedBeforeUs ? records[0].Stored.Entry.Sequence : 1;
        foreach (var record in records)
        {
            var sequence = record.Stored.Entry.Sequence;
            if (sequence > expected) lost.Add(new LostRange(id.Epoch, expected, sequence - 1));
            expected = sequence + 1;
        }

        return new SalvagedEpoch(id, records, lost);
    }
}
