namespace KyCuong.Server.Store.Rows;

/// <summary>A person does not tap, by a document; it never changes but for being withdrawn, once. Table hand_kept.</summary>
public sealed class HandKeptRow : IWithdrawable
{
    /// <summary>Identity of the row, by which people name it; 0 until saved.</summary>
    public long HandKeptId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Who.</summary>
    public long StaffId { get; set; }

    /// <summary>First date.</summary>
    public DateOnly FromDate { get; set; }

    /// <summary>Last date; null: open.</summary>
    public DateOnly? ToDate { get; set; }

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

/// <summary>What the timekeeper recorded of a date kept by hand; it never changes but for being confirmed, once. Table hand_kept_marks.</summary>
public sealed class HandKeptMarkRow
{
    /// <summary>Identity of the row; 0 until saved. The later counts.</summary>
    public long MarkId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Who.</summary>
    public long StaffId { get; set; }

    /// <summary>The date.</summary>
    public DateOnly Date { get; set; }

    /// <summary>From 0; null: every session of the date.</summary>
    public int? Session { get; set; }

    /// <summary>Was there; else absent without leave.</summary>
    public bool Present { get; set; }

    /// <summary>Staff code of the timekeeper.</summary>
    public required string RecordedBy { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }

    /// <summary>Staff code of the head; null: not confirmed.</summary>
    public string? ConfirmedBy { get; set; }

    /// <summary>UTC microseconds; null: not confirmed.</summary>
    public long? ConfirmedUs { get; set; }
}
