namespace KyCuong.Kiosk.Journal;

/// <summary>The primary key of an entry: epoch number × 2⁴⁸ + sequence, so that one table holds all epochs in order. Pure.</summary>
internal static class JournalKey
{
    private const int SequenceBits = 48;

    /// <summary>Most entries of an epoch; at a tap a second it lasts nine million years.</summary>
    public const ulong MaxSequence = (1UL << SequenceBits) - 1;

    public static long Of(int epochNumber, ulong sequence)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, MaxSequence);
        return ((long)epochNumber << SequenceBits) | (long)sequence;
    }

    public static int EpochOf(long key) => (int)(key >> SequenceBits);

    public static ulong SequenceOf(long key) => (ulong)key & MaxSequence;
}
