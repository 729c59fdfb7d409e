namespace KyCuong.Rules;

/// <summary>What became of one session.</summary>
/// <param name="Start">As scheduled, before leave cuts it.</param>
/// <param name="End">As scheduled.</param>
/// <param name="Due">What is left to keep after leave and reductions; empty: nothing.</param>
/// <param name="In">Arrival; null: none, or not asked of this session.</param>
/// <param name="Out">Departure; null likewise.</param>
/// <param name="LateMinutes">Of its late finding; 0: none.</param>
/// <param name="EarlyMinutes">Of its early finding; 0: none.</param>
/// <param name="Leave">What cuts it, the kind that cuts most; null: nothing does.</param>
/// <param name="LateLimit">The last instant that is on time; null: not judged.</param>
/// <param name="EarlyLimit">The first instant to leave; null: not judged.</param>
/// <param name="Uncertain">A limit lay within the uncertainty of a tap and was decided for the person.</param>
public sealed record SessionVerdict(
    Instant Start,
    Instant End,
    IReadOnlyList<DuePart> Due,
    Instant? In,
    Instant? Out,
    int LateMinutes,
    int EarlyMinutes,
    bool MissingIn,
    bool MissingOut,
    bool Absent,
    LeaveKind? Leave,
    Instant? LateLimit,
    Instant? EarlyLimit,
    bool Uncertain);

/// <summary>A stretch that has to be kept.</summary>
public readonly record struct DuePart(Instant Start, Instant End);
