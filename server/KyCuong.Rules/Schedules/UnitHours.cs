namespace KyCuong.Rules;

/// <summary>The working hours that an agency or a unit keeps as a whole: what a sign at its door would say. Pure.</summary>
public static class UnitHours
{
    /// <summary>
    /// Sessions of a date in order, minutes by the clock from its midnight, past 1440 of the next day; empty: a day off.
    /// Null: not known, because no schedule is in force or a notice is awaited that may make the date off. Hours of single
    /// people, and duty on top of the working hours, are not the unit's.
    /// </summary>
    /// <param name="rules">The agency.</param>
    /// <param name="unit">A unit; null: the whole agency.</param>
    /// <param name="date">In the agency's zone.</param>
    public static IReadOnlyList<(int Start, int End)>? On(AgencyRules rules, long? unit, DateOnly date)
    {
        // No unit has the identity 0: only what is assigned to the agency is found.
        var kept = rules.Schedules.On(staff: 0, unit ?? 0, rules.Units, date).Where(one => one.Assignment.Mode == AssignmentMode.Replace).ToList();
        if (kept.Count == 0) return null;
        var day = rules.Calendar.On(date);
        var due = kept.Where(one => one.Schedule.IsDue(day)).ToList();
        if (day.Awaits is not null && due.Exists(one => one.Schedule.Holidays == HolidayRule.Off)) return null;
        return [.. due.SelectMany(one => one.Schedule.Offsets()).Distinct().Order()];
    }
}
