namespace KyCuong.Server.Store.Rows;

/// <summary>A holiday by the agency's own notice; the shipped calendar stands beside it. Table holidays.</summary>
public sealed class HolidayRow
{
    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Date.</summary>
    public DateOnly Date { get; set; }

    /// <summary>Name.</summary>
    public required string Name { get; set; }

    /// <summary>Notice; null: not given.</summary>
    public string? Notice { get; set; }
}
