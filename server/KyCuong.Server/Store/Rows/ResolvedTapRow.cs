using KyCuong.Protos.V1;

namespace KyCuong.Server.Store.Rows;

/// <summary>Derived: the person and the corrected instant of a tap that has both. Table resolved_taps.</summary>
public sealed class ResolvedTapRow
{
    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Date in the agency's zone, <see cref="DateOnly.DayNumber"/>.</summary>
    public int Bucket { get; set; }

    /// <summary>Staff.</summary>
    public long StaffId { get; set; }

    /// <summary>Corrected.</summary>
    public long AtUs { get; set; }

    /// <summary>0: imported.</summary>
    public long JournalId { get; set; }

    /// <summary>The imported tap's id when imported.</summary>
    public long Sequence { get; set; }

    /// <summary>Direction.</summary>
    public Direction Direction { get; set; }

    /// <summary>Direction source.</summary>
    public DirectionSource DirectionSource { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long UncertaintyUs { get; set; }

    /// <summary>0: imported.</summary>
    public long KioskId { get; set; }

    /// <summary>Reader.</summary>
    public required string Reader { get; set; }
}
