namespace KyCuong.Server.Store.Rows;

/// <summary>
/// One leave, trip, pass, permit or reduction as it was entered; it never changes but for being withdrawn, once. Table
/// leave_entries.
/// </summary>
public sealed class LeaveRow
{
    /// <summary>Identity of the row, by which people name it; 0 until saved.</summary>
    public long LeaveId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Staff.</summary>
    public long StaffId { get; set; }

    /// <summary>The file that brought it.</summary>
    public long ImportId { get; set; }

    /// <summary>Line in that file, from 1.</summary>
    public long Line { get; set; }

    /// <summary>First date.</summary>
    public DateOnly FromDate { get; set; }

    /// <summary>Last date.</summary>
    public DateOnly ToDate { get; set; }

    /// <summary>As <see cref="Rules.LeavePart"/> spells it.</summary>
    public required string Part { get; set; }

    /// <summary>As <see cref="Rules.LeaveKinds"/> spells it.</summary>
    public required string Kind { get; set; }

    /// <summary>Number of the paper; null: not given.</summary>
    public string? Document { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }

    /// <summary>UTC microseconds; null: by the import, with its document.</summary>
    public long? ApprovedUs { get; set; }

    /// <summary>UTC microseconds; null: in force.</summary>
    public long? WithdrawnUs { get; set; }

    /// <summary>Number of the paper that withdrew it; null: in force.</summary>
    public string? WithdrawnDocument { get; set; }

    /// <summary>Why; null: in force.</summary>
    public string? WithdrawnReason { get; set; }
}
