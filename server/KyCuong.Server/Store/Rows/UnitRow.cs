namespace KyCuong.Server.Store.Rows;

/// <summary>A unit of an agency. Table units.</summary>
public sealed class UnitRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long UnitId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Code.</summary>
    public required string Code { get; set; }

    /// <summary>Name.</summary>
    public required string Name { get; set; }

    /// <summary>Null: directly below the agency.</summary>
    public long? ParentUnitId { get; set; }

    /// <summary>May be declared before the person is imported.</summary>
    public string? HeadStaffCode { get; set; }
}
