namespace KyCuong.Server.Store.Rows;

/// <summary>An entry with the key of another and another hash: kept, acknowledged, not judged. Table journal_conflicts.</summary>
public sealed class JournalConflictRow
{
    /// <summary>Journal.</summary>
    public long JournalId { get; set; }

    /// <summary>Sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Canonical; empty where only the hash is known.</summary>
    public required byte[] Encoding { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long ReceivedUs { get; set; }
}
