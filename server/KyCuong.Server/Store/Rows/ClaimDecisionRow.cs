namespace KyCuong.Server.Store.Rows;

/// <summary>What somebody decided of a claimed tap that the server could not check; it never changes but for being withdrawn, once. Table claim_decisions.</summary>
public sealed class ClaimDecisionRow : IWithdrawable
{
    /// <summary>Confirmed: it counts as the person's tap.</summary>
    public const string Confirmed = "confirmed";

    /// <summary>Rejected: it is nobody's.</summary>
    public const string Rejected = "rejected";

    /// <summary>Identity of the row, by which people name it; 0 until saved.</summary>
    public long DecisionId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Journal of the tap.</summary>
    public long JournalId { get; set; }

    /// <summary>Its sequence.</summary>
    public long Sequence { get; set; }

    /// <summary><see cref="Confirmed"/> or <see cref="Rejected"/>.</summary>
    public required string Ruling { get; set; }

    /// <summary>Number of the paper.</summary>
    public required string Document { get; set; }

    /// <summary>Staff code of who decided; never the claimant's.</summary>
    public required string DecidedBy { get; set; }

    /// <summary>UTC microseconds.</summary>
    public long EnteredUs { get; set; }

    /// <summary>UTC microseconds; null: in force.</summary>
    public long? WithdrawnUs { get; set; }

    /// <summary>Number of the paper that withdrew it; null: in force.</summary>
    public string? WithdrawnDocument { get; set; }
}
