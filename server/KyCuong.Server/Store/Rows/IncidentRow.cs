namespace KyCuong.Server.Store.Rows;

/// <summary>A reader fault, a power cut, a flood; it never changes but for being withdrawn, once. Table incidents.</summary>
public sealed class IncidentRow : IWithdrawable
{
    /// <summary>Identity of the row, by which people name it; 0 until saved.</summary>
    public long IncidentId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Begin, UTC microseconds.</summary>
    public long FromUs { get; set; }

    /// <summary>End, inclusive, UTC microseconds.</summary>
    public long ToUs { get; set; }

    /// <summary>The kiosk concerned; null: not of one kiosk.</summary>
    public long? KioskId { get; set; }

    /// <summary>The unit concerned with those below it; null: not of one unit.</summary>
    public long? UnitId { get; set; }

    /// <summary>Number of the paper.</summary>
    public required string Document { get; set; }

    /// <summary>Staff code of who declared it.</summary>
    public required string DecidedBy { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }

    /// <summary>UTC microseconds; null: in force.</summary>
    public long? WithdrawnUs { get; set; }

    /// <summary>Number of the paper that withdrew it; null: in force.</summary>
    public string? WithdrawnDocument { get; set; }
}
