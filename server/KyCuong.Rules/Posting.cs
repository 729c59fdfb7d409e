namespace KyCuong.Rules;

/// <summary>A person belongs to a unit, both dates inclusive.</summary>
/// <param name="To">Null: open.</param>
public readonly record struct Posting(long Unit, DateOnly From, DateOnly? To)
{
    public bool InForce(DateOnly date) => From <= date && (To is not { } to || date <= to);
}

/// <summary>What is known of one person apart from taps and schedules.</summary>
/// <param name="Staff">The store's staff id.</param>
/// <param name="Postings">On a date without a posting the person is not judged.</param>
public sealed record PersonRecord(long Staff, IReadOnlyList<Posting> Postings)
{
    /// <summary>Leave, trips, passes, permits and reductions, in any order.</summary>
    public IReadOnlyList<LeaveEntry> Leave { get; init; } = [];

    /// <summary>Decisions about findings, in any order.</summary>
    public IReadOnlyList<FindingDecision> Decisions { get; init; } = [];

    /// <summary>When the person does not tap, by a document.</summary>
    public IReadOnlyList<HandKeptSpan> HandKept { get; init; } = [];

    /// <summary>What the timekeeper recorded, in any order.</summary>
    public IReadOnlyList<HandKeptMark> HandKeptMarks { get; init; } = [];

    /// <summary>Claims that wait for somebody to confirm or reject them, in any order.</summary>
    public IReadOnlyList<WaitingClaim> Claims { get; init; } = [];

    /// <summary>Taps whose time is pending, in any order.</summary>
    public IReadOnlyList<UntimedTap> Untimed { get; init; } = [];

    /// <summary>Dates with a tap made without a badge of one's own.</summary>
    public IReadOnlyList<DateOnly> BadgelessDates { get; init; } = [];

    /// <summary>The document by which the date is kept by hand; null: it is not.</summary>
    public HandKeptSpan? HandKeptOn(DateOnly date)
    {
        for (int i = 0; i < HandKept.Count; i++)
            if (HandKept[i].InForce(date))
                return HandKept[i];
        return null;
    }

    /// <summary>The posting on the date; of two, the later begun.</summary>
    public Posting? On(DateOnly date)
    {
        Posting? found = null;
        for (int i = 0; i < Postings.Count; i++)
            if (Postings[i].InForce(date) && (found is not { } other || other.From < Postings[i].From))
                found = Postings[i];
        return found;
    }
}
