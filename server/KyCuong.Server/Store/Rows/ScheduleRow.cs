namespace KyCuong.Server.Store.Rows;

/// <summary>One version of a schedule; versions of a code do not overlap. Table schedules.</summary>
public sealed class ScheduleRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long ScheduleId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Code.</summary>
    public required string Code { get; set; }

    /// <summary>Name.</summary>
    public required string Name { get; set; }

    /// <summary>From date.</summary>
    public DateOnly FromDate { get; set; }

    /// <summary>Inclusive; null: open.</summary>
    public DateOnly? ToDate { get; set; }

    /// <summary>JSON as in the apply file: days, sessions, graces, and so on.</summary>
    public required string Definition { get; set; }
}
