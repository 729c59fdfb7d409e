using KyCuong.Protos.V1;

namespace KyCuong.Server.Store.Rows;

/// <summary>A badge and where it stands in its life. Table badges.</summary>
public sealed class BadgeRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long BadgeId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>The spelling it was given in: em10h, uid, kc1, and so on.</summary>
    public required string Kind { get; set; }

    /// <summary>Of a badge of the pool: what is written on it; null: a badge of somebody's own.</summary>
    public string? PoolLabel { get; set; }

    /// <summary>State.</summary>
    public BadgeState State { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long StateSinceUs { get; set; }
}
