namespace KyCuong.Server.Store.Rows;

/// <summary>A kiosk was declared lost; it never changes. Table kiosk_losses.</summary>
public sealed class KioskLossRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long LossId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>The kiosk.</summary>
    public long KioskId { get; set; }

    /// <summary>What it held after this instant will never come, UTC microseconds.</summary>
    public long KnownUntilUs { get; set; }

    /// <summary>Number of the paper.</summary>
    public required string Document { get; set; }

    /// <summary>Staff code of who declared it.</summary>
    public required string DeclaredBy { get; set; }

    /// <summary>Staff code of who confirmed it, somebody else.</summary>
    public required string ConfirmedBy { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }

    /// <summary>True: the kiosk was heard of after all, so what it holds may come and is waited for again.</summary>
    public bool OvertakenBy(KioskRow kiosk) => kiosk.SeenUs > EnteredUs;
}
