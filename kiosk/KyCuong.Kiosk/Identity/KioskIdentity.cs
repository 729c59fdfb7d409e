using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos.Badges;

namespace KyCuong.Kiosk.Identity;

/// <summary>A badge-hash key as the server gave it. <see cref="object.ToString"/> shows its number only.</summary>
/// <param name="KeyId">Its number.</param>
/// <param name="Key">32 bytes, secret.</param>
public sealed record BadgeKeySecret(uint KeyId, ReadOnlyMemory<byte> Key)
{
    /// <inheritdoc />
    public override string ToString() => $"badge key {KeyId}";

    /// <summary>A hasher for it.</summary>
    public BadgeHasher ToHasher() => new(KeyId, Key.Span);
}

/// <summary>Who this kiosk is, from its enrolment. Immutable; the certificates are not disposed while anything may use them.</summary>
public sealed record KioskIdentity
{
    /// <summary>The server's address, https.</summary>
    public required Uri Server { get; init; }

    /// <summary>The agency's code, in names of certificates.</summary>
    public required string AgencyCode { get; init; }

    /// <summary>The agency's name, for people.</summary>
    public required string AgencyName { get; init; }

    /// <summary>The kiosk's number at the server.</summary>
    public required ulong KioskId { get; init; }

    /// <summary>The operator's code of the gate.</summary>
    public required string KioskCode { get; init; }

    /// <summary>The gate's name, for people.</summary>
    public required string KioskName { get; init; }

    /// <summary>The agency's time zone, IANA name.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Newest first; 1 to 4.</summary>
    public required IReadOnlyList<BadgeKeySecret> BadgeKeys { get; init; }

    /// <summary>The agency's certificate authority: the only one believed.</summary>
    public required X509Certificate2 Authority { get; init; }

    /// <summary>This kiosk's certificate with its private key, which was made here and never leaves.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Not null when the server retired this kiosk: why.</summary>
    public string? Retired { get; init; }

    /// <summary>For logs: names, no secrets.</summary>
    public override string ToString() => $"kiosk {KioskCode} of {AgencyCode}";
}
