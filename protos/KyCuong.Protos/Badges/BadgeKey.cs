using KyCuong.Protos.V1;

namespace KyCuong.Protos.Badges;

/// <summary>
/// One level of a badge's identity as a keyed hash: the first 16 bytes of HMAC-SHA-256 under the key
/// <paramref name="KeyId"/> (design section 5). This, never the number, stands in journals, on the wire and in stores.
/// </summary>
public readonly record struct BadgeKey(CredentialLevel Level, uint KeyId, UInt128 Hash)
{
    /// <summary>Short form for logs: level and 6 hex digits, too few to find the badge again.</summary>
    public override string ToString() => $"{Level}:{(ulong)(Hash >> 104):x6}…";
}
