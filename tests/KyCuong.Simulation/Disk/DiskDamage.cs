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
        var after = Whole(files);
        world.Trace($"{Path.GetFileName(file)} damaged, {before.Count - after.Count} entries destroyed");
        return [.. before.Where(entry => !after.ContainsKey(entry.Key)).Select(entry => entry.Value).OrderBy(entry => entry.Item2.Entry.Sequence)];
    }

    private static Dictionary<(JournalId, ulong), (JournalId, StoredEntry)> Whole(string[] files)
    {
        var found = new Dictionary<(JournalId, ulong), (JournalId, StoredEntry)>();
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            foreach (var record in RawRecords.In(stream)) found[(record.Journal, record.Stored.Entry.Sequence)] = (record.Journal, record.Stored);
        }

        return found;
    }
}
