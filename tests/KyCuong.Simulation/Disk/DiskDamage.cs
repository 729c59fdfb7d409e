using KyCuong.Kiosk.Journal;
using KyCuong.Protos.Journal;

namespace KyCuong.Simulation.Disk;

/// <summary>Bytes of a journal that a disk changes by itself.</summary>
internal static class DiskDamage
{
    private const int PageBytes = 4096;

    /// <summary>Changes some; which entries are whole nowhere any more, that were before.</summary>
    /// <param name="world">Its chance.</param>
    /// <param name="journal">The database, closed; its log beside it.</param>
    public static IReadOnlyList<(JournalId Journal, StoredEntry Stored)> Do(World world, string journal)
    {
        string[] files = [.. new[] { journal, journal + "-wal" }.Where(file => File.Exists(file) && new FileInfo(file).Length > 0)];
        if (files.Length == 0) return [];
        var before = Whole(files);
        if (world.OneIn(2)) Newest(world, files, before);
        else Anywhere(world, files);
        var after = Whole(files);
        world.Trace($"{Path.GetFileName(journal)} damaged, {before.Count - after.Count} entries destroyed");
        return [.. before.Where(entry => !after.ContainsKey(entry.Key)).Select(entry => (entry.Value.Journal, entry.Value.Stored)).OrderBy(entry => entry.Stored.Entry.Sequence)];
    }

    /// <summary>One of the newest entries, which the server may not have yet, wherever it lies.</summary>
    private static void Newest(World world, string[] files, Dictionary<(JournalId, ulong), RawRecord> whole)
    {
        var newest = whole.Values.OrderByDescending(record => record.Stored.Entry.Stamp.WallClockUs).ThenByDescending(record => record.Stored.Entry.Sequence).Take(8).ToList();
        if (newest.Count == 0) return;
        var record = newest[world.Chance.Next(newest.Count)].Bytes;
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            for (var at = bytes.AsSpan().IndexOf(record); at >= 0; at = bytes.AsSpan().IndexOf(record)) bytes[at + JournalRecord.EncodingOffset] ^= 0x10;
            File.WriteAllBytes(file, bytes);
        }
    }

    private static void Anywhere(World world, string[] files)
    {
        var file = files[world.Chance.Next(files.Length)];
        var bytes = File.ReadAllBytes(file);
        switch (world.Chance.Next(3))
        {
            case 0:
                // Within an entry, if there is one.
                var at = bytes.AsSpan().IndexOf(JournalRecord.Magic);
                for (var skip = world.Chance.Next(40); skip > 0 && at >= 0; skip--)
                {
                    var next = bytes.AsSpan(at + 1).IndexOf(JournalRecord.Magic);
                    if (next < 0) break;
                    at += 1 + next;
                }

                bytes[Math.Min(bytes.Length - 1, Math.Max(at, 0) + world.Chance.Next(100))] ^= 0x10;
                break;
            case 1:
                bytes[world.Chance.Next(bytes.Length)] ^= (byte)(1 << world.Chance.Next(8));
                break;
            default:
                var page = world.Chance.Next((bytes.Length / PageBytes) + 1) * PageBytes;
                bytes.AsSpan(Math.Min(page, bytes.Length), Math.Max(0, Math.Min(PageBytes, bytes.Length - page))).Clear();
                break;
        }

        File.WriteAllBytes(file, bytes);
    }

    private static Dictionary<(JournalId, ulong), RawRecord> Whole(string[] files)
    {
        var found = new Dictionary<(JournalId, ulong), RawRecord>();
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            foreach (var record in RawRecords.In(stream)) found[(record.Journal, record.Stored.Entry.Sequence)] = record;
        }

        return found;
    }
}
