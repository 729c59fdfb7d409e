using KyCuong.Protos.V1;

namespace KyCuong.Server.Store.Rows;

/// <summary>A badge was presented, or a staff code entered in its place. Written once, never changed. Table taps.</summary>
public sealed class TapRow
{
    /// <summary>Journal.</summary>
    public long JournalId { get; set; }

    /// <summary>Sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Of the journal entry, 32 bytes.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The kiosk's wall clock; may be wrong.</summary>
    public long WallClockUs { get; set; }

    /// <summary>Since the kiosk's boot.</summary>
    public long BootTimeUs { get; set; }

    /// <summary>16 bytes.</summary>
    public required byte[] BootId { get; set; }

    /// <summary>Null, as the next two: the clock had not met the server in this boot.</summary>
    public long? ServerMinusBootUs { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long? UncertaintyUs { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long? SampleAgeUs { get; set; }

    /// <summary>Reader.</summary>
    public required string Reader { get; set; }

    /// <summary>As written by <see cref="Ingest.BadgeList"/>.</summary>
    public required byte[] Badge { get; set; }

    /// <summary>Technology.</summary>
    public Technology Technology { get; set; }

    /// <summary>Raw length.</summary>
    public long RawLength { get; set; }

    /// <summary>Direction.</summary>
    public Direction Direction { get; set; }

    /// <summary>Direction source.</summary>
    public DirectionSource DirectionSource { get; set; }

    /// <summary>As entered in place of a badge; null: a badge was presented. Then reader and badge are empty.</summary>
    public string? StaffCode { get; set; }

    /// <summary>Whether the server took the PIN; null as <see cref="StaffCode"/> is.</summary>
    public ClaimCheck? Claim { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long ReceivedUs { get; set; }

    /// <summary>Came late: made before its stream was connected.</summary>
    public bool Backlog { get; set; }
}
