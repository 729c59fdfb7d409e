namespace KyCuong.Server.Store.Rows;

/// <summary>An agent at an entrance. Table kiosks.</summary>
public sealed class KioskRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long KioskId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Code.</summary>
    public required string Code { get; set; }

    /// <summary>Name.</summary>
    public required string Name { get; set; }

    /// <summary>Serves this unit and those below it; null: everyone of the agency.</summary>
    public long? UnitId { get; set; }

    /// <summary>One of <see cref="KioskState"/>.</summary>
    public required string State { get; set; }

    /// <summary>True: its taps are kept and acknowledged, not judged, until an operator has looked.</summary>
    public bool Quarantined { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long CreatedUs { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long? EnrolledUs { get; set; }

    /// <summary>Retired or revoked.</summary>
    public long? EndedUs { get; set; }

    /// <summary>Every tap up to here is in the store; null: nothing known.</summary>
    public long? KnownUntilUs { get; set; }

    /// <summary>Last message, server's clock.</summary>
    public long? SeenUs { get; set; }

    /// <summary>Software; null: not given.</summary>
    public string? Software { get; set; }
}

/// <summary>Where a kiosk stands, as <see cref="KioskRow.State"/> spells it.</summary>
public static class KioskState
{
    /// <summary>Named by an operator, not yet enrolled.</summary>
    public const string Declared = "declared";

    /// <summary>In service.</summary>
    public const string Enrolled = "enrolled";

    /// <summary>Taken out of service in order.</summary>
    public const string Retired = "retired";

    /// <summary>Its certificates are void.</summary>
    public const string Revoked = "revoked";
}
