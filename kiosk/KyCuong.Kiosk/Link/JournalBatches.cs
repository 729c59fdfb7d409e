using Google.Protobuf;
using KyCuong.Kiosk.Journal;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Link;

/// <summary>Makes batches within the contract's bounds. Pure.</summary>
public static class JournalBatches
{
    /// <summary>Left of a message's bytes for everything that is not an entry.</summary>
    private const int Overhead = 1024;

    /// <summary>A batch of as many leading entries as fit.</summary>
    /// <param name="epoch">Their epoch.</param>
    /// <param name="entries">1 or more, in order.</param>
    /// <param name="backlog">They waited on disk before this stream.</param>
    public static JournalBatch Build(UInt128 epoch, IReadOnlyList<StoredEntry> entries, bool backlog)
    {
        var batch = new JournalBatch
        {
            Epoch = ByteString.CopyFrom(Bytes128.ToArray(epoch)),
            PreviousHash = ByteString.CopyFrom(entries[0].Previous.ToArray()),
            Backlog = backlog,
        };
        var bytes = 0;
        foreach (var stored in entries.Take(ContractLimits.BatchEntries))
        {
            var message = EntryWire.ToMessage(stored.Entry, stored.Hash);
            var size = message.CalculateSize();
            // Tag and length of a repeated field take up to 4 bytes at these sizes.
            bytes += size + 4;
            if (bytes > ContractLimits.MessageBytes - Overhead) break;
            batch.Entries.Add(message);
        }

        return batch;
    }
}
