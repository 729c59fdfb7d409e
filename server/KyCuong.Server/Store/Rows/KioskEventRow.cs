using KyCuong.Protos.Journal;

namespace KyCuong.Server.Store.Rows;

/// <summary>A journal entry that is no tap. Table kiosk_events.</summary>
public sealed class KioskEventRow
{
    /// <summary>Journal.</summary>
    public long JournalId { get; set; }

    /// <summary>Sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Kind.</summary>
    public EntryKind Kind { get; set; }

    /// <summary>The canonical encoding.</summary>
    public required byte[] Encoding { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long ReceivedUs { get; set; }
}
