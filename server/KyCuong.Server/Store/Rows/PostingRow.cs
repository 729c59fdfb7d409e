namespace KyCuong.Server.Store.Rows;

/// <summary>Which unit a person belonged to, from a date to a date. Table postings.</summary>
public sealed class PostingRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long PostingId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Staff.</summary>
    public long StaffId { get; set; }

    /// <summary>Unit.</summary>
    public long UnitId { get; set; }

    /// <summary>Position; null: not given.</summary>
    public string? Position { get; set; }

    /// <summary>Official, CivilServant, PublicEmployee, ContractWorker.</summary>
    public string? Category { get; set; }

    /// <summary>From date.</summary>
    public DateOnly FromDate { get; set; }

    /// <summary>Inclusive; null: open.</summary>
    public DateOnly? ToDate { get; set; }
}
