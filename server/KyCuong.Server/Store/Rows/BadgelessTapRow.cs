namespace KyCuong.Server.Store.Rows;

/// <summary>Derived: a tap of <see cref="ResolvedTapRow"/> made without a badge of one's own. Table badgeless_taps.</summary>
public sealed class BadgelessTapRow
{
    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Date in the agency's zone, <see cref="DateOnly.DayNumber"/>.</summary>
    public int Bucket { get; set; }

    /// <summary>Whose.</summary>
    public long StaffId { get; set; }

    /// <summary>Journal.</summary>
    public long JournalId { get; set; }

    /// <summary>Sequence.</summary>
    public long Sequence { get; set; }
}
