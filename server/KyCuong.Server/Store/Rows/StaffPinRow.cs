namespace KyCuong.Server.Store.Rows;

/// <summary>A person's PIN for the gate, in no readable form. Table staff_pins.</summary>
public sealed class StaffPinRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long PinId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Whose; each person has at most one.</summary>
    public long StaffId { get; set; }

    /// <summary>16 random bytes.</summary>
    public required byte[] Salt { get; set; }

    /// <summary>PBKDF2 with HMAC-SHA-256, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Of PBKDF2.</summary>
    public int Rounds { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long IssuedUs { get; set; }
}
