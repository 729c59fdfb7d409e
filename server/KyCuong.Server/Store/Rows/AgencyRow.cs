namespace KyCuong.Server.Store.Rows;

/// <summary>The agency: one public body with its own zone, rest days and policy. Table agencies.</summary>
public sealed class AgencyRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long AgencyId { get; set; }

    /// <summary>Immutable.</summary>
    public required string Code { get; set; }

    /// <summary>Name.</summary>
    public required string Name { get; set; }

    /// <summary>The body above it; null: none named.</summary>
    public string? Superior { get; set; }

    /// <summary>IANA name.</summary>
    public required string TimeZone { get; set; }

    /// <summary>JSON array of weekdays, as in the apply file.</summary>
    public required string RestDays { get; set; }

    /// <summary>JSON object.</summary>
    public required string Policy { get; set; }

    /// <summary>Grows with each change a kiosk should hear of.</summary>
    public long RosterVersion { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long CreatedUs { get; set; }
}
