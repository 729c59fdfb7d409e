namespace KyCuong.Rules;

/// <summary>Why a person need not be there.</summary>
public enum LeaveKind : byte
{
    Annual,
    Comp,
    Unpaid,
    Sick,
    ChildSick,
    Maternity,
    Marriage,
    Bereavement,
    /// <summary>Meeting or training elsewhere.</summary>
    Meeting,
    Other,
    /// <summary>Business trip.</summary>
    Trip,
    /// <summary>Leave to go out during hours.</summary>
    Pass,
    /// <summary>Permission to come late or leave early that excuses.</summary>
    LatePermit,
    /// <summary>Notice of coming late or leaving early that is only recorded: it cuts nothing.</summary>
    LateNotice,
    /// <summary>Minutes a day by a legal regime (nursing, …). The reason is sensitive: only HR sees the kind.</summary>
    Reduction,
}

/// <summary>Words of <see cref="LeaveKind"/> in files and on the wire.</summary>
public static class LeaveKinds
{
    private static readonly (string Word, LeaveKind Kind)[] Words =
    [
        ("annual", LeaveKind.Annual), ("comp", LeaveKind.Comp), ("unpaid", LeaveKind.Unpaid), ("sick", LeaveKind.Sick),
        ("childSick", LeaveKind.ChildSick), ("maternity", LeaveKind.Maternity), ("marriage", LeaveKind.Marriage),
        ("bereavement", LeaveKind.Bereavement), ("meeting", LeaveKind.Meeting), ("other", LeaveKind.Other),
        ("trip", LeaveKind.Trip), ("pass", LeaveKind.Pass), ("latePermit", LeaveKind.LatePermit),
        ("lateNotice", LeaveKind.LateNotice), ("reduction", LeaveKind.Reduction),
    ];

    /// <summary>The words that <see cref="TryParse"/> takes, in the order they are shown.</summary>
    public static IEnumerable<string> All => Words.Select(word => word.Word);

    public static bool TryParse(string text, out LeaveKind kind)
    {
        foreach (var (word, found) in Words)
            if (string.Equals(word, text, StringComparison.Ordinal))
            {
                kind = found;
                return true;
            }
        kind = default;
        return false;
    }

    public static string Word(this LeaveKind kind) => Words.First(word => word.Kind == kind).Word;
}

/// <summary>One leave, trip, pass, permit or reduction, both dates inclusive; it belongs to the shifts that start on its dates.</summary>
/// <param name="EnteredAt">When it was entered.</param>
/// <param name="ApprovedAt">When it was approved; null: by an import, with its document.</param>
/// <param name="Document">Number of the paper; null: none given.</param>
public sealed record LeaveEntry(
    DateOnly From,
    DateOnly To,
    LeavePart Part,
    LeaveKind Kind,
    Instant EnteredAt = default,
    Instant? ApprovedAt = null,
    string? Document = null)
{
    public bool InForce(DateOnly date) => From <= date && date <= To;
}
