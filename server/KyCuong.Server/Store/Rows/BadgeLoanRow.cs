namespace KyCuong.Server.Store.Rows;

/// <summary>A badge of the pool lent to one person until the day's end; it never changes but for being returned, once. Table badge_loans.</summary>
public sealed class BadgeLoanRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long LoanId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Badge.</summary>
    public long BadgeId { get; set; }

    /// <summary>To whom.</summary>
    public long StaffId { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long FromUs { get; set; }

    /// <summary>The day's end in the agency's zone, exclusive, UTC microseconds.</summary>
    public long ToUs { get; set; }

    /// <summary>Staff code of who lent it; never the borrower's.</summary>
    public required string LentBy { get; set; }

    /// <summary>Ended then, UTC microseconds; null: not before <see cref="ToUs"/>.</summary>
    public long? ReturnedUs { get; set; }
}
