namespace KyCuong.Rules;

/// <summary>What a person with the right decided of a finding.</summary>
public enum FindingRuling : byte
{
    /// <summary>The explanation (giải trình) was accepted: the finding stays visible and is not counted.</summary>
    Excused,
    /// <summary>It is counted although an incident was declared for its time.</summary>
    Confirmed,
}

/// <summary>
/// A decision about findings of one person and date. It names what was found, so a finding that a later tap or schedule makes
/// another one needs a decision of its own.
/// </summary>
/// <param name="Id">The store's; of two that fit a finding the later counts.</param>
/// <param name="Date">Date of the shift.</param>
/// <param name="Schedule">Code; null: whatever schedule.</param>
/// <param name="Session">Index; null: every session.</param>
/// <param name="Kind">Null: every kind.</param>
/// <param name="Document">Number of the paper it rests on.</param>
public sealed record FindingDecision(long Id, DateOnly Date, FindingRuling Ruling, string? Schedule, int? Session, FindingKind? Kind, string Document)
{
    /// <summary>Whether it speaks of this finding of a shift on its date.</summary>
    public bool Concerns(int session, FindingKind kind) => (Session is null || Session == session) && (Kind is null || Kind == kind);
}
