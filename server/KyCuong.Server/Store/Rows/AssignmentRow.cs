namespace KyCuong.Server.Store.Rows;

/// <summary>Which schedule holds for a person, a unit, or (neither named) the agency. Table assignments.</summary>
public sealed class AssignmentRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long AssignmentId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Unit.</summary>
    public long? UnitId { get; set; }

    /// <summary>Staff.</summary>
    public long? StaffId { get; set; }

    /// <summary>Schedule code.</summary>
    public required string ScheduleCode { get; set; }

    /// <summary>Null: from ever.</summary>
    public DateOnly? FromDate { get; set; }

    /// <summary>Inclusive; null: open.</summary>
    public DateOnly? ToDate { get; set; }

    /// <summary>replace or add.</summary>
    public required string Mode { get; set; }

    /// <summary>JSON array of dates; null: every date from-to.</summary>
    public string? Dates { get; set; }
}
