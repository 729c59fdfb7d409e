namespace KyCuong.Server.Certificates;

/// <summary>How long certificates live (reliability rule D20).</summary>
internal static class CertificateTimes
{
    /// <summary>A server's or kiosk's certificate.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(90);

    /// <summary>The age at which a new one is made.</summary>
    public static readonly TimeSpan RenewalAge = Life * 2 / 3;

    /// <summary>The CA's own: longer than the machine it lies on, because every kiosk must be enrolled again when it ends.</summary>
    public static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(50 * 365.25);

    /// <summary>Certificates begin this much before they are made, for kiosks whose clock is slow.</summary>
    public static readonly TimeSpan Backdated = TimeSpan.FromDays(1);
}
