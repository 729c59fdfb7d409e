using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>
/// What the writer knows of one journal while it works on it; the store is the truth, and this is thrown away whenever
/// a transaction was undone or somebody else committed.
/// </summary>
internal sealed class JournalState(long rowId, long agencyId, JournalId journal)
{
    /// <summary>Holes that one journal may have.</summary>
    public const int MostGaps = 10_000;

    public long RowId => rowId;

    public long AgencyId => agencyId;

    public JournalId Journal => journal;

    public long KioskId => (long)journal.KioskId;

    /// <summary>Highest contiguous sequence stored or declared lost.</summary>
    public long HighWater { get; set; }

    /// <summary>Zeros at 0 and after entries declared lost.</summary>
    public Digest HighWaterHash { get; set; }

    /// <summary>Highest sequence stored or declared lost, whatever is missing below.</summary>
    public long Last { get; set; }

    /// <summary>Zeros at 0 and after entries declared lost.</summary>
    public Digest LastHash { get; set; }

    /// <summary>In order of sequence, apart from one another.</summary>
    public List<Gap> Gaps { get; } = [];

    /// <summary>Entries that were erased and are not here: of one that comes only the fact is kept.</summary>
    public HashSet<(long Sequence, Digest Hash)> Erased { get; } = [];

    /// <summary>Boots of which taps wait for an estimate.</summary>
    public HashSet<UInt128> PendingBoots { get; } = [];

    /// <summary>
    /// The estimate that serves waiting taps of a boot below a sequence, found once for all of them; null: not looked for, or an
    /// estimate has come since that is not the newest.
    /// </summary>
    public (UInt128 Boot, long Until, BootEstimate Value)? Serving { get; set; }

    /// <summary>Boots of which people have decided when taps were made: an estimate that comes yet overrules them.</summary>
    public HashSet<UInt128> SettledBoots { get; } = [];

    /// <summary>Clocks of the last entry; all zero before the first.</summary>
    public Stamp LastStamp { get; set; }

    /// <summary>Boot of the last entry.</summary>
    public UInt128 LastBoot => LastStamp.BootId;

    /// <summary>The newest estimate of that boot; null: none yet.</summary>
    public BootEstimate? LastEstimate { get; set; }

    /// <summary>Place of the gap that holds a sequence, or -1.</summary>
    public int GapAt(long sequence)
    {
        int low = 0, high = Gaps.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (Gaps[middle].Last < sequence) low = middle + 1;
            else if (Gaps[middle].First > sequence) high = middle - 1;
            else return middle;
        }

        return -1;
    }

    /// <summary>What <see cref="HighWater"/> must be by the gaps.</summary>
    public long ContiguousEnd()
    {
        foreach (var gap in Gaps)
            if (gap.DeclaredUs is null) return gap.First - 1;
        return Last;
    }
}
