using KyCuong.Protos.V1;

namespace KyCuong.Server.Store.Rows;

/// <summary>One level of a badge's identity as a keyed hash; never the number itself. Table badge_hashes.</summary>
public sealed class BadgeHashRow
{
    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Level.</summary>
    public CredentialLevel Level { get; set; }

    /// <summary>Key.</summary>
    public uint KeyId { get; set; }

    /// <summary>16 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Badge.</summary>
    public long BadgeId { get; set; }
}
