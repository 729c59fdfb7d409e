using System.Numerics;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// Which entries of the journal are somebody's tap, with a badge or a staff code, as far as they were written or read in this run: a bit
/// each. Counts those that wait for the server without reading the disk. Thread-safe.
/// </summary>
internal sealed class TapMarks
{
    private const int WordBits = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<JournalId, Marks> _epochs = [];

    /// <summary>An entry was written: it follows the one before.</summary>
    public void Written(JournalId epoch, Entry entry)
    {
        lock (_gate)
        {
            Mark(epoch, entry);
            Know(epoch, entry.Sequence, entry.Sequence);
        }
    }

    /// <summary>An entry was read. It counts when all up to the last are <see cref="Known"/>.</summary>
    public void Read(JournalId epoch, Entry entry)
    {
        lock (_gate) Mark(epoch, entry);
    }

    /// <summary>All that this disk has from one sequence up to another was read.</summary>
    public void Known(JournalId epoch, ulong first, ulong last)
    {
        lock (_gate) Know(epoch, first, last);
    }

    /// <summary>Taps after one sequence up to another; null when not all entries between are known.</summary>
    public ulong? Between(JournalId epoch, ulong after, ulong last)
    {
        if (last <= after) return 0;
        lock (_gate)
        {
            if (!_epochs.TryGetValue(epoch, out var marks) || after + 1 < marks.First || last > marks.Last) return null;
            var count = 0UL;
            for (var word = (after + 1) / WordBits; word <= last / WordBits; word++)
            {
                var bits = marks.Words.GetValueOrDefault(word);
                if (word == (after + 1) / WordBits) bits &= ulong.MaxValue << (int)((after + 1) % WordBits);
                if (word == last / WordBits) bits &= ulong.MaxValue >> (WordBits - 1 - (int)(last % WordBits));
                count += (ulong)BitOperations.PopCount(bits);
            }

            return count;
        }
    }

    private void Mark(JournalId epoch, Entry entry)
    {
        if (entry.Body is not (TapEntry or ClaimedTapEntry)) return;
        var marks = Of(epoch);
        var word = entry.Sequence / WordBits;
        marks.Words[word] = marks.Words.GetValueOrDefault(word) | (1UL << (int)(entry.Sequence % WordBits));
    }

    /// <summary>Only what touches the newest is kept: what is older and apart from it is of no use before the gap is read.</summary>
    private void Know(JournalId epoch, ulong first, ulong last)
    {
        var marks = Of(epoch);
        if (marks.Last == 0 || first > marks.Last + 1) (marks.First, marks.Last) = (first, last);
        else if (last + 1 >= marks.First) (marks.First, marks.Last) = (Math.Min(first, marks.First), Math.Max(last, marks.Last));
    }

    private Marks Of(JournalId epoch)
    {
        if (_epochs.TryGetValue(epoch, out var marks)) return marks;
        return _epochs[epoch] = new Marks();
    }

    /// <summary>Of one epoch: from <see cref="First"/> to <see cref="Last"/> every entry is known. <see cref="Last"/> is 0 for none.</summary>
    private sealed class Marks
    {
        public ulong First { get; set; }
        public ulong Last { get; set; }
        public Dictionary<ulong, ulong> Words { get; } = [];
    }
}
