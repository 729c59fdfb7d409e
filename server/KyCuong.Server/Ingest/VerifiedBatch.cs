using System.Globalization;
using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>
/// Entries whose sequences follow one another and whose hashes are what they must be after the hash before the first.
/// Made on the thread of the stream that brought them, so that the one writer does not hash. Immutable.
/// </summary>
internal sealed class VerifiedBatch
{
    private readonly IReadOnlyList<HashedEntry> _entries;
    private readonly Digest _previous;

    private VerifiedBatch(JournalId journal, Digest previous, IReadOnlyList<HashedEntry> entries, bool backlog)
    {
        Journal = journal;
        _previous = previous;
        _entries = entries;
        Backlog = backlog;
    }

    public JournalId Journal { get; }

    /// <summary>The entries waited on the kiosk's disk.</summary>
    public bool Backlog { get; }

    public int Count => _entries.Count;

    public HashedEntry this[int index] => _entries[index];

    /// <summary>Hash of the entry before the one in this place.</summary>
    public Digest Previous(int index) => index == 0 ? _previous : _entries[index - 1].Hash;

    /// <summary>The canonical encoding of the entry in this place; returns its length.</summary>
    public int Encode(int index, Span<byte> destination) =>
        CanonicalEntry.Write(destination, Journal, Previous(index), _entries[index].Entry);

    /// <summary>The batch, or why it is refused.</summary>
    public static VerifiedBatch? Check(
        JournalId journal, Digest previous, IReadOnlyList<HashedEntry> entries, bool backlog, out AppendRefusal refusal, out string? detail)
    {
        refusal = AppendRefusal.None;
        detail = null;
        if (entries.Count is 0 or > ContractLimits.BatchEntries)
        {
            refusal = AppendRefusal.WrongSize;
            detail = string.Create(CultureInfo.InvariantCulture, $"A batch has 1 to {ContractLimits.BatchEntries} entries, this has {entries.Count}.");
            return null;
        }

        var before = previous;
        var first = entries[0].Entry.Sequence;
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, hash) = entries[i];
            if (entry.Sequence < first || entry.Sequence - first != (ulong)i || entry.Sequence > long.MaxValue)
            {
                refusal = AppendRefusal.NotInOrder;
                detail = string.Create(CultureInfo.InvariantCulture, $"Entry {i} of the batch has sequence {entry.Sequence}; it starts at {first}.");
                return null;
            }

            if (CanonicalEntry.Hash(journal, before, entry) != hash)
            {
                refusal = AppendRefusal.WrongHash;
                detail = string.Create(CultureInfo.InvariantCulture, $"The hash of entry {entry.Sequence} is not that of its content after the entry before it.");
                return null;
            }

            before = hash;
        }

        return new VerifiedBatch(journal, previous, entries, backlog);
    }
}
