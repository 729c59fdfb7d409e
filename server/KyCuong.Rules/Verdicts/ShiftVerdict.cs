namespace KyCuong.Rules;

/// <summary>What the rules say of one person, date and schedule in force (or of the date, when none is). Immutable.</summary>
public sealed record ShiftVerdict
{
    public required long Staff { get; init; }
    /// <summary>The unit the person belonged to that day.</summary>
    public required long Unit { get; init; }
    public required DateOnly Date { get; init; }
    /// <summary>The version in force; null: unscheduled.</summary>
    public required WorkSchedule? Schedule { get; init; }
    /// <summary>What gave the schedule; null: unscheduled.</summary>
    public required ScheduleAssignment? Assignment { get; init; }
    /// <summary>What the calendar says of the date, and by which notice.</summary>
    public required CalendarDay Calendar { get; init; }
    public required ShiftState State { get; init; }
    /// <summary>Kept by the timekeeper, not by taps (design section 6): counted apart.</summary>
    public bool HandKept => Inputs.HandKept is not null;
    /// <summary>Nothing that may still come can change it.</summary>
    public required bool Final { get; init; }
    /// <summary>Kiosks that may hold a tap of the shift which the store has not.</summary>
    public required IReadOnlyList<long> WaitingFor { get; init; }
    /// <summary>No schedule is in force: blocks closing.</summary>
    public bool Unscheduled => Schedule is null;
    /// <summary>Presence inside due time, floored once.</summary>
    public required int WorkedMinutes { get; init; }
    /// <summary>All presence less the gaps between sessions and time outside, floored once.</summary>
    public required int PresentMinutes { get; init; }
    /// <summary>Sum over sessions.</summary>
    public required int LateMinutes { get; init; }
    /// <summary>Sum over sessions.</summary>
    public required int EarlyMinutes { get; init; }
    /// <summary>Empty when off.</summary>
    public required IReadOnlyList<SessionVerdict> Sessions { get; init; }
    public required IReadOnlyList<Finding> Findings { get; init; }
    /// <summary>Every tap of the shift, and on the first verdict of a date those of the date in no window.</summary>
    public required IReadOnlyList<TapVerdict> Taps { get; init; }
    /// <summary>The tap window after trimming, both ends inclusive; null when off.</summary>
    public required DuePart? Window { get; init; }
    /// <summary>All this was judged from; <see cref="ShiftJudge.Judge"/> of it gives this verdict again.</summary>
    public required JudgementInputs Inputs { get; init; }
}
