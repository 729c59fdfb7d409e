using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Server.Ingest;

/// <summary>One journal while its kiosk is connected. Made by <see cref="TapIngest.OpenJournalAsync"/>. Thread-safe.</summary>
public sealed class JournalSession
{
    private long _highWater;
    private bool _quarantined;
    private int _patient;

    internal JournalSession(long rowId, long agencyId, long kioskId, UInt128 epoch, long highWater, Digest highWaterHash, bool quarantined)
    {
        RowId = rowId;
        AgencyId = agencyId;
        KioskId = kioskId;
        Journal = new JournalId((ulong)kioskId, epoch);
        HighWaterHash = highWaterHash;
        _highWater = highWater;
        _quarantined = quarantined;
    }

    /// <summary>The journal's row.</summary>
    public long RowId { get; }

    /// <summary>The kiosk's agency.</summary>
    public long AgencyId { get; }

    /// <summary>The kiosk.</summary>
    public long KioskId { get; }

    /// <summary>The journal as the contract names it.</summary>
    public JournalId Journal { get; }

    /// <summary>Hash of the entry at the high-water mark when the session was opened; zeros for none and after lost entries.</summary>
    public Digest HighWaterHash { get; }

    /// <summary>Highest contiguous sequence that is committed or declared lost.</summary>
    public ulong HighWater => (ulong)Volatile.Read(ref _highWater);

    /// <summary>True while an operator must look before taps of this kiosk are judged.</summary>
    public bool Quarantined => Volatile.Read(ref _quarantined);

    /// <summary>
    /// True when the next entries wait behind those of others: they were made long ago, or such ones of this journal go before them.
    /// Each true is answered by one <see cref="PatientDone"/>.
    /// </summary>
    internal bool WaitsPatiently(bool backlog)
    {
        if (!backlog && Volatile.Read(ref _patient) == 0) return false;
        Interlocked.Increment(ref _patient);
        return true;
    }

    /// <summary>What waited is done, however it ended.</summary>
    internal void PatientDone(bool waited)
    {
        if (waited) Interlocked.Decrement(ref _patient);
    }

    internal void Committed(long highWater, bool quarantined)
    {
        Volatile.Write(ref _highWater, highWater);
        Volatile.Write(ref _quarantined, quarantined);
    }
}
