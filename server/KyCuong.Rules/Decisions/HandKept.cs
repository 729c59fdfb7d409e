namespace KyCuong.Rules;

/// <summary>A person recorded "không quẹt thẻ" by a document (driver, seconded): kept day by day by the timekeeper. Both dates inclusive.</summary>
/// <param name="To">Null: open.</param>
public sealed record HandKeptSpan(DateOnly From, DateOnly? To, string Document)
{
    public bool InForce(DateOnly date) => From <= date && (To is not { } to || date <= to);
}

/// <summary>What the timekeeper recorded of a hand-kept date.</summary>
/// <param name="Id">The store's; of two for a session the later counts.</param>
/// <param name="Session">Index; null: every session of the date.</param>
/// <param name="Present">Was there; else absent without leave.</param>
/// <param name="Confirmed">By the head; before that it is only a proposal.</param>
public sealed record HandKeptMark(long Id, DateOnly Date, int? Session, bool Present, bool Confirmed);
