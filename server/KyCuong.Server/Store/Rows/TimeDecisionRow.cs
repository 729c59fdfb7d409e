namespace KyCuong.Server.Store.Rows;

/// <summary>What somebody decided of taps whose time is pending; it never changes but for being withdrawn, once. Table time_decisions.</summary>
public sealed class TimeDecisionRow : IWithdrawable
{
    /// <summary>The tap has an instant by a paper.</summary>
    public const string Settled = "settled";

    /// <summary>Nobody will ever know it: it is judged nowhere and waited for no more.</summary>
    public const string Dismissed = "dismissed";

    /// <summary>Identity of the row, by which people name it; 0 until saved.</summary>
    public long DecisionId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Journal of the tap.</summary>
    public long JournalId { get; set; }

    /// <summary>Its sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>Of that tap, 16 bytes.</summary>
    public required byte[] BootId { get; set; }

    /// <summary>Of that tap, microseconds since the kiosk's boot.</summary>
    public long BootTimeUs { get; set; }

    /// <summary>It speaks of every tap of that boot which nobody decided of by itself: the boot-time clock tells how far they are apart.</summary>
    public bool WholeBoot { get; set; }

    /// <summary><see cref="Settled"/> or <see cref="Dismissed"/>.</summary>
    public required string Ruling { get; set; }

    /// <summary>The tap's instant, UTC microseconds; null: dismissed.</summary>
    public long? AtUs { get; set; }

    /// <summary>True within ± this many microseconds; null: dismissed.</summary>
    public long? UncertaintyUs { get; set; }

    /// <summary>Number of the paper.</summary>
    public required string Document { get; set; }

    /// <summary>Staff code of who decided; never of who tapped.</summary>
    public required string DecidedBy { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }

    /// <summary>UTC microseconds; null: in force.</summary>
    public long? WithdrawnUs { get; set; }

    /// <summary>Number of the paper that withdrew it; null: in force.</summary>
    public string? WithdrawnDocument { get; set; }
}
