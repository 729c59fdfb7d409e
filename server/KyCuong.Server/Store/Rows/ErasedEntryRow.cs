namespace KyCuong.Server.Store.Rows;

/// <summary>A kiosk's journal entry of which only this is kept. Table erased_entries.</summary>
public sealed class ErasedEntryRow
{
    /// <summary>Kiosk; a store put back from a backup may not know it yet.</summary>
    public long KioskId { get; set; }

    /// <summary>Journal, 16 bytes.</summary>
    public required byte[] Epoch { get; set; }

    /// <summary>Sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>The tombstone.</summary>
    public long ErasureId { get; set; }

    /// <summary>UTC microseconds; null: it is not here.</summary>
    public long? ReceivedUs { get; set; }

    /// <summary>Came late; null as <see cref="ReceivedUs"/> is.</summary>
    public bool? Backlog { get; set; }
}

/// <summary>Has a row while a transaction erases, and never outside one. Table erasing.</summary>
public sealed class ErasingRow
{
    /// <summary>The tombstone that is being written.</summary>
    public long ErasureId { get; set; }
}
