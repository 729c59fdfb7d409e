namespace KyCuong.Server.Store.Rows;

/// <summary>A client certificate issued to a kiosk. Table kiosk_certificates.</summary>
public sealed class KioskCertificateRow
{
    /// <summary>SHA-256 of the DER.</summary>
    public required byte[] Thumbprint { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Kiosk.</summary>
    public long KioskId { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long IssuedUs { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long NotAfterUs { get; set; }

    /// <summary>Null: not revoked.</summary>
    public long? RevokedUs { get; set; }

    /// <summary>The DER, for what its key signed; null: issued before it was kept, and not shown since.</summary>
    public byte[]? Certificate { get; set; }
}
