namespace KyCuong.Recount;

/// <summary>Hours of an ordinary working day, all on the date itself, sessions in order.</summary>
/// <param name="LateGrace">Minutes; null: not judged. Likewise <paramref name="EarlyGrace"/>.</param>
/// <param name="Beyond">Only what exceeds the grace counts.</param>
public sealed record NaiveSchedule(
    IReadOnlyList<(TimeSpan Start, TimeSpan End)> Sessions,
    bool FirstLast,
    int? LateGrace,
    int? EarlyGrace,
    bool Beyond,
    int RepeatSeconds,
    int OpensBeforeMinutes,
    int ClosesAfterMinutes,
    bool OutsCount);

/// <summary>A tap by the clock on the wall. Direction: 'I', 'O', or '?' when nobody said.</summary>
public sealed record NaiveTap(DateTime At, char Direction);

/// <summary>A stretch of the day that leave takes away.</summary>
public sealed record NaiveCut(DateTime Start, DateTime End);

/// <summary>Figures of one or more days.</summary>
public sealed record NaiveCounts(
    long Due, long Attended, long Absent, long Leave,
    long LateTimes, long LateMinutes, long EarlyTimes, long EarlyMinutes,
    long Missing, long OutsideTimes, long OutsideMinutes, long WorkedMinutes, long PresentMinutes)
{
    public static NaiveCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public NaiveCounts Plus(NaiveCounts other) => new(
        Due + other.Due, Attended + other.Attended, Absent + other.Absent, Leave + other.Leave,
        LateTimes + other.LateTimes, LateMinutes + other.LateMinutes, EarlyTimes + other.EarlyTimes, EarlyMinutes + other.EarlyMinutes,
        Missing + other.Missing, OutsideTimes + other.OutsideTimes, OutsideMinutes + other.OutsideMinutes,
        WorkedMinutes + other.WorkedMinutes, PresentMinutes + other.PresentMinutes);
}
