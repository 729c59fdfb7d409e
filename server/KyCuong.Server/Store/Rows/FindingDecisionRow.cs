namespace KyCuong.Server.Store.Rows;

/// <summary>What somebody decided of a person's findings; it never changes but for being withdrawn, once. Table finding_decisions.</summary>
public sealed class FindingDecisionRow : IWithdrawable
{
    /// <summary>Identity of the row, by which people name it; 0 until saved.</summary>
    public long DecisionId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Whose findings.</summary>
    public long StaffId { get; set; }

    /// <summary>Date of the shift.</summary>
    public DateOnly Date { get; set; }

    /// <summary><c>excused</c> or <c>confirmed</c>.</summary>
    public required string Ruling { get; set; }

    /// <summary>Code; null: whatever schedule.</summary>
    public string? ScheduleCode { get; set; }

    /// <summary>From 0; null: every session.</summary>
    public int? Session { get; set; }

    /// <summary>As <c>day --format json</c> names it; null: every kind.</summary>
    public string? Finding { get; set; }

    /// <summary>Number of the paper.</summary>
    public required string Document { get; set; }

    /// <summary>Staff code of who decided.</summary>
    public required string DecidedBy { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }

    /// <summary>UTC microseconds; null: in force.</summary>
    public long? WithdrawnUs { get; set; }

    /// <summary>Number of the paper that withdrew it; null: in force.</summary>
    public string? WithdrawnDocument { get; set; }
}
