namespace KyCuong.Server.Store.Rows;

/// <summary>One file that was brought in. Table imports.</summary>
public sealed class ImportRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long ImportId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>staff, badges, taps or leave.</summary>
    public required string Kind { get; set; }

    /// <summary>File name.</summary>
    public required string FileName { get; set; }

    /// <summary>Of the file, 32 bytes.</summary>
    public required byte[] Sha256 { get; set; }

    /// <summary>Rows.</summary>
    public long Rows { get; set; }

    /// <summary>Rows that changed something.</summary>
    public long Changed { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long AtUs { get; set; }
}
