namespace KyCuong.Rules;

/// <summary>A reduction that does not fit into a shift.</summary>
/// <param name="Minutes">Of the session, or of the day, that it would have to come out of.</param>
public sealed record ReductionProblem(string Schedule, DateOnly Date, int Minutes);

/// <summary>
/// Whether a reduction fits into the hours a person keeps: at the start into the first session of a shift, at the end into
/// the last, anywhere into the day (design section 6; Labour Code art. 137(4) speaks of minutes a day). Pure.
/// </summary>
public static class ReductionCheck
{
    /// <summary>The first date on which it does not fit; null: none. Dates without a posting or due hours are passed over.</summary>
    public static ReductionProblem? FirstProblem(AgencyRules rules, PersonRecord person, LeaveEntry entry)
    {
        if (!entry.Part.IsReduction)
            return null;
        for (var date = entry.From; date <= entry.To; date = date.AddDays(1))
        {
            if (person.On(date) is not { } posting)
                continue;
            foreach (var shift in rules.Days.Of(person.Staff, posting.Unit, date).Shifts)
            {
                int minutes = (int)(Room(entry.Part.Kind, shift) / Instant.PerMinute);
                // Duty on top is not part of the day's hours.
                if (shift.Due && shift.InForce.Assignment.Mode == AssignmentMode.Replace && minutes < entry.Part.Minutes)
                    return new ReductionProblem(shift.Schedule.Code, date, minutes);
            }
        }
        return null;
    }

    private static long Room(LeavePartKind kind, ShiftPlan shift) => kind switch
    {
        LeavePartKind.AtStart => shift.Sessions[0].Length,
        LeavePartKind.AtEnd => shift.Sessions[^1].Length,
        _ => shift.Sessions.Sum(session => session.Length),
    };
}
