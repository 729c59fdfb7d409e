namespace KyCuong.Server.Store.Rows;

/// <summary>People looked at a kiosk that had contradicted itself, and let what came of it be judged; it never changes. Table kiosk_releases.</summary>
public sealed class KioskReleaseRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long ReleaseId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>The kiosk.</summary>
    public long KioskId { get; set; }

    /// <summary>Number of the paper.</summary>
    public required string Document { get; set; }

    /// <summary>Staff code of who decided.</summary>
    public required string DecidedBy { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }
}
