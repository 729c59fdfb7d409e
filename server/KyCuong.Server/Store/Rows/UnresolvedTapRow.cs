namespace KyCuong.Server.Store.Rows;

/// <summary>Derived: a tap without a person or without an instant, and why. Table unresolved_taps.</summary>
public sealed class UnresolvedTapRow
{
    /// <summary>0: imported.</summary>
    public long JournalId { get; set; }

    /// <summary>Sequence.</summary>
    public long Sequence { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>One of <see cref="UnresolvedReason"/>.</summary>
    public required string Reason { get; set; }

    /// <summary>Of a tap whose time is pending; else empty.</summary>
    public required byte[] BootId { get; set; }

    /// <summary>Corrected instant where known.</summary>
    public long? AtUs { get; set; }

    /// <summary>The badge, when it is blocked.</summary>
    public long? BadgeId { get; set; }
}

/// <summary>Why a tap has no person or no instant, as <see cref="UnresolvedTapRow.Reason"/> spells it.</summary>
public static class UnresolvedReason
{
    /// <summary>No badge has this hash, or nobody held it on that date.</summary>
    public const string Unknown = "unknown";

    /// <summary>Several people could have tapped.</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>The badge was lost, damaged, returned or revoked by then.</summary>
    public const string Blocked = "blocked";

    /// <summary>The kiosk's clock has not met the server in that boot.</summary>
    public const string TimePending = "timePending";

    /// <summary>The kiosk is quarantined: an operator must look first.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>A staff code was entered while the server could not be asked: somebody with the right has to confirm it.</summary>
    public const string Unverified = "unverified";

    /// <summary>Somebody with the right said it was not this person.</summary>
    public const string Rejected = "rejected";
}
