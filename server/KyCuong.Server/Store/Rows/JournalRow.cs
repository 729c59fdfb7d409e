namespace KyCuong.Server.Store.Rows;

/// <summary>One journal of one kiosk: one epoch. Table journals.</summary>
public sealed class JournalRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long JournalId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Kiosk.</summary>
    public long KioskId { get; set; }

    /// <summary>16 bytes.</summary>
    public required byte[] Epoch { get; set; }

    /// <summary>Highest contiguous sequence stored or declared lost.</summary>
    public long HighWater { get; set; }

    /// <summary>32 bytes; zeros at 0 and after entries declared lost.</summary>
    public required byte[] HighWaterHash { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long FirstSeenUs { get; set; }
}
