using KyCuong.Kiosk.Files;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Journal;

/// <summary>Records as they lie in files, by journal and number. Of one number there may be several: a commit that failed, copies in several pages.</summary>
/// <param name="most">Of each journal only so many of the newest numbers are held; a file may have more than is to be held.</param>
internal sealed class FoundRecords(int most = int.MaxValue)
{
    private readonly Dictionary<JournalId, SortedDictionary<ulong, List<RawRecord>>> _found = [];

    /// <summary>The journals, and of each its numbers in order; of one number different records, the one that lies last at the end.</summary>
    public IReadOnlyDictionary<JournalId, SortedDictionary<ulong, List<RawRecord>>> Journals => _found;

    /// <summary>Bytes of all files that were taken.</summary>
    public long Bytes { get; private set; }

    /// <summary>Those of them that the disk could not read.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Takes what can be read of a file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public void AddFile(string path)
    {
        using var file = new AroundBadBlocks(path);
        foreach (var record in RawRecords.In(file)) Add(record);
        Bytes += file.Length;
        Unreadable += file.Unreadable;
    }

    private void Add(RawRecord record)
    {
        if (!_found.TryGetValue(record.Journal, out var journal)) _found.Add(record.Journal, journal = []);
        if (!journal.TryGetValue(record.Stored.Entry.Sequence, out var same)) journal.Add(record.Stored.Entry.Sequence, same = []);
        var known = same.FindIndex(other => other.Stored.Hash == record.Stored.Hash);
        // The one that lies last is the one written last.
        if (known >= 0) same.RemoveAt(known);
        same.Add(record);
        if (journal.Count > most) journal.Remove(journal.Keys.First());
    }
}
