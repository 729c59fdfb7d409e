namespace KyCuong.Server.Store.Rows;

/// <summary>Entries that have not come though later ones have, or that the kiosk declared lost. Table journal_gaps.</summary>
public sealed class JournalGapRow
{
    /// <summary>Journal.</summary>
    public long JournalId { get; set; }

    /// <summary>First sequence.</summary>
    public long FirstSequence { get; set; }

    /// <summary>Last sequence.</summary>
    public long LastSequence { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long NoticedUs { get; set; }

    /// <summary>When the kiosk said they are lost; null: still waited for.</summary>
    public long? DeclaredUs { get; set; }
}
