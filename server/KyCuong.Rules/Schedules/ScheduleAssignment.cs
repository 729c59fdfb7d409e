namespace KyCuong.Rules;

public enum AssignmentMode : byte
{
    /// <summary>Gives the working hours; the nearest level that has one counts.</summary>
    Replace,
    /// <summary>Comes on top of the working hours (duty).</summary>
    Add,
}

/// <summary>Who keeps which schedule and when. Neither unit nor staff: the whole agency.</summary>
/// <param name="Schedule">Code; the version in force on the date counts.</param>
/// <param name="Unit">The unit and those below it; null: not of a unit.</param>
/// <param name="Staff">One person; null: not of a person.</param>
/// <param name="From">First date; null: always.</param>
/// <param name="To">Last date; null: open.</param>
/// <param name="Dates">Only these dates; null: every date from–to.</param>
public sealed record ScheduleAssignment(
    string Schedule,
    long? Unit = null,
    long? Staff = null,
    DateOnly? From = null,
    DateOnly? To = null,
    AssignmentMode Mode = AssignmentMode.Replace,
    IReadOnlyList<DateOnly>? Dates = null)
{
    public bool InForce(DateOnly date) =>
        (From is not { } from || from <= date) && (To is not { } to || date <= to) && (Dates is null || Dates.Contains(date));
}
