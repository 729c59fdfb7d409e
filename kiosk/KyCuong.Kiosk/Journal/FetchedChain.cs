using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// Entries that a server gives back are believed as far as the kiosk's own next entry vouches for them: it names the hash of the one before
/// it, that one names the hash before, and so on down. Pure.
/// </summary>
internal static class FetchedChain
{
    /// <summary>The end of a range as far as it came and is what this kiosk wrote, the newest first.</summary>
    /// <param name="journal">Whose entries.</param>
    /// <param name="first">The first that is missing.</param>
    /// <param name="last">The last that is missing.</param>
    /// <param name="next">What the entry after the last says of the hash before it.</param>
    /// <param name="before">Hash of the entry before the first; null when that one is not there either.</param>
    /// <param name="encodings">As they came, in order of sequence; not every one needs to be there.</param>
    /// <param name="wrong">What is not this kiosk's entry, a sentence; null when nothing is. Nothing is to be kept then.</param>
    public static IReadOnlyList<RawRecord> Check(
        JournalId journal, ulong first, ulong last, Digest next, Digest? before, IReadOnlyList<byte[]> encodings, out string? wrong)
    {
        wrong = null;
        var kept = new List<RawRecord>(encodings.Count);
        var (sequence, expected) = (last, next);
        foreach (var encoding in encodings.Reverse())
        {
            if (!CanonicalEntry.TryRead(encoding, out var of, out var previous, out var entry) || of != journal)
            {
                wrong = $"at {sequence} it is no entry of this journal";
                return [];
            }

            // The server has not the one that is expected: what lies before the hole is vouched for by nobody.
            if (entry.Sequence < sequence && entry.Sequence >= first) return kept;
            if (sequence < first || entry.Sequence != sequence || CanonicalEntry.HashBytes(encoding) != expected)
            {
                wrong = $"entry {entry.Sequence} is not the one that this journal goes on from";
                return [];
            }

            kept.Add(new RawRecord(journal, new StoredEntry(entry, previous, expected), JournalRecord.Build(journal, previous, entry, out _)));
            (sequence, expected) = (sequence - 1, previous);
        }

        if (sequence >= first || (before ?? expected) == expected) return kept;
        wrong = $"entry {first} does not follow the one before it here";
        return [];
    }
}
