using KyCuong.Protos;
using KyCuong.Protos.Journal;

namespace KyCuong.Kiosk.Journal;

/// <summary>How an epoch of the journal stands. Immutable.</summary>
/// <param name="Number">Counts the epochs of this file from 1.</param>
/// <param name="Id">Its name on the wire.</param>
/// <param name="First">Oldest sequence on disk; 0 when empty.</param>
/// <param name="Last">Newest committed sequence; 0 when empty.</param>
/// <param name="LastHash">Hash of the newest; zeros when empty.</param>
/// <param name="Acked">Highest contiguous sequence the server acknowledged; may be above <paramref name="Last"/> after the disk lost entries.</param>
/// <param name="Sealed">Nothing is appended any more.</param>
public sealed record JournalEpoch(int Number, JournalId Id, ulong First, ulong Last, Digest LastHash, ulong Acked, bool Sealed)
{
    /// <summary>Entries the server has not acknowledged.</summary>
    public ulong Unsent => Last > Acked ? Last - Acked : 0;
}
