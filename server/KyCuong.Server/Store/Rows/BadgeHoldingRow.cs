namespace KyCuong.Server.Store.Rows;

/// <summary>Who held a badge, from a date to a date. Table badge_holdings.</summary>
public sealed class BadgeHoldingRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long HoldingId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Badge.</summary>
    public long BadgeId { get; set; }

    /// <summary>Staff.</summary>
    public long StaffId { get; set; }

    /// <summary>From date.</summary>
    public DateOnly FromDate { get; set; }

    /// <summary>Inclusive; null: open.</summary>
    public DateOnly? ToDate { get; set; }
}
