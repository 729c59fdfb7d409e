namespace KyCuong.Server.Store.Rows;

/// <summary>A person who works at the agency. Table staff.</summary>
public sealed class StaffRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long StaffId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Code.</summary>
    public required string Code { get; set; }

    /// <summary>NFC.</summary>
    public required string FullName { get; set; }

    /// <summary>Sort key in vi-VN order: given name, then the rest.</summary>
    public required byte[] NameSort { get; set; }

    /// <summary>Birth date; null: not given.</summary>
    public DateOnly? BirthDate { get; set; }

    /// <summary>Email; null: not given.</summary>
    public string? Email { get; set; }

    /// <summary>Phone; null: not given.</summary>
    public string? Phone { get; set; }

    /// <summary>Card number; null: not given.</summary>
    public string? CardNumber { get; set; }
}
