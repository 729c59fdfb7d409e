namespace KyCuong.Server.Store.Rows;

/// <summary>One file, or one folder of portraits, that was brought in. Table imports.</summary>
public sealed class ImportRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long ImportId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>staff, badges, taps, leave or photos.</summary>
    public required string Kind { get; set; }

    /// <summary>Name of the file or folder.</summary>
    public required string FileName { get; set; }

    /// <summary>Of the file, 32 bytes; of a folder: of its files' names and hashes in order.</summary>
    public required byte[] Sha256 { get; set; }

    /// <summary>Rows.</summary>
    public long Rows { get; set; }

    /// <summary>Rows that changed something.</summary>
    public long Changed { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long AtUs { get; set; }
}
