namespace KyCuong.Rules;

/// <summary>
/// All that one verdict was made from, in a form System.Text.Json writes and reads: the explanation's inputs. No zone and
/// no neighbouring shift is needed any more; limits are instants and the window is trimmed.
/// </summary>
public sealed record JudgementInputs
{
    public required long Staff { get; init; }
    public required long Unit { get; init; }
    public required DateOnly Date { get; init; }
    public required Instant Now { get; init; }
    public required CalendarDay Calendar { get; init; }
    public required WorkSchedule? Schedule { get; init; }
    public required ScheduleAssignment? Assignment { get; init; }
    /// <summary>The schedule asks for the date.</summary>
    public required bool Due { get; init; }
    /// <summary>As scheduled, before leave; empty when off.</summary>
    public required IReadOnlyList<DuePart> Sessions { get; init; }
    /// <summary>Trimmed, both ends inclusive; null when off.</summary>
    public required DuePart? Window { get; init; }
    /// <summary>What cuts the sessions.</summary>
    public required IReadOnlyList<LeaveCut> Leave { get; init; }
    /// <summary>Reduction to be used anywhere in the shift, microseconds: what earlier shifts of the date have left of the day's.</summary>
    public required long ReductionMicros { get; init; }
    /// <summary>The leave entries on the date, as entered.</summary>
    public required IReadOnlyList<LeaveEntry> LeaveEntries { get; init; }
    /// <summary>Decisions about findings of the shift.</summary>
    public IReadOnlyList<FindingDecision> Decisions { get; init; } = [];
    /// <summary>Incidents declared for the person and the time of the shift.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];
    /// <summary>By which document the date is kept by hand; null: by taps.</summary>
    public HandKeptSpan? HandKept { get; init; }
    /// <summary>What the timekeeper recorded of the date.</summary>
    public IReadOnlyList<HandKeptMark> HandKeptMarks { get; init; } = [];
    /// <summary>Taps of the shift in order.</summary>
    public required IReadOnlyList<Tap> Taps { get; init; }
    /// <summary>Taps of the date in no window.</summary>
    public required IReadOnlyList<Tap> Outside { get; init; }
    /// <summary>Claims in the window that wait for somebody to confirm or reject them.</summary>
    public IReadOnlyList<WaitingClaim> Claims { get; init; } = [];

    /// <summary>Taps whose time is pending and may be in the window.</summary>
    public IReadOnlyList<UntimedTap> Untimed { get; init; } = [];
    /// <summary>Kiosks serving the person.</summary>
    public required IReadOnlyList<KioskKnowledge> Kiosks { get; init; }
}

/// <summary>A stretch that leave takes out of due time.</summary>
public readonly record struct LeaveCut(Instant Start, Instant End, LeaveKind Kind);
