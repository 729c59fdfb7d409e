namespace KyCuong.Server.Store.Rows;

/// <summary>A badge-hash key that exists; its secret bytes lie in a file of their own. Table badge_keys.</summary>
public sealed class BadgeKeyNumberRow
{
    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Key.</summary>
    public uint KeyId { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long CreatedUs { get; set; }
}
