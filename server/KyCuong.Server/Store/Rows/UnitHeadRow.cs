namespace KyCuong.Server.Store.Rows;

/// <summary>Who heads a unit from a date until the next such row. Table unit_heads.</summary>
public sealed class UnitHeadRow
{
    /// <summary>The unit.</summary>
    public long UnitId { get; set; }

    /// <summary>First date.</summary>
    public DateOnly FromDate { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Staff code; null: nobody.</summary>
    public string? StaffCode { get; set; }
}
