namespace KyCuong.Server.Store.Rows;

/// <summary>One entry of the server's log; it never changes but for losing its salt. Table log_entries.</summary>
public sealed class LogEntryRow
{
    /// <summary>From 1, without holes.</summary>
    public long Number { get; set; }

    /// <summary>When it was entered, UTC microseconds.</summary>
    public long AtUs { get; set; }

    /// <summary>Agency; 0: of none.</summary>
    public long AgencyId { get; set; }

    /// <summary>One of <see cref="Log.LogKind"/>.</summary>
    public int Kind { get; set; }

    /// <summary>A table, or <c>journal_entries</c>.</summary>
    public required string Subject { get; set; }

    /// <summary>Which row, or which entries.</summary>
    public required string RowKey { get; set; }

    /// <summary>16 random bytes; none: nothing was salted, or it was erased.</summary>
    public required byte[] Salt { get; set; }

    /// <summary>32 bytes.</summary>
    public required byte[] Digest { get; set; }

    /// <summary>32 bytes.</summary>
    public required byte[] Hash { get; set; }
}
