namespace KyCuong.Server.Store.Rows;

/// <summary>A one-time code by which a kiosk enrols. Table enrolment_codes.</summary>
public sealed class EnrolmentCodeRow
{
    /// <summary>SHA-256 of the secret.</summary>
    public required byte[] SecretHash { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Kiosk.</summary>
    public long KioskId { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long CreatedUs { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long ExpiresUs { get; set; }

    /// <summary>Null: not used.</summary>
    public long? UsedUs { get; set; }
}
