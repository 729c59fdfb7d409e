namespace KyCuong.Server.Store.Rows;

/// <summary>The end of a kiosk's journal at one moment, signed by the kiosk. Table journal_heads.</summary>
public sealed class JournalHeadRow
{
    /// <summary>Journal.</summary>
    public long JournalId { get; set; }

    /// <summary>Sequence of the entry.</summary>
    public long Sequence { get; set; }

    /// <summary>Its hash as the kiosk has it, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>The kiosk's clock when it signed, UTC microseconds.</summary>
    public long SignedUs { get; set; }

    /// <summary>Of the certificate whose key signed.</summary>
    public required byte[] Thumbprint { get; set; }

    /// <summary>64 bytes (<see cref="KyCuong.Protos.Journal.SignedJournalHead"/>).</summary>
    public required byte[] Signature { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long ReceivedUs { get; set; }
}
