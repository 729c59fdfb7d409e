namespace KyCuong.Rules;

/// <summary>
/// Whether leave was there when it was needed, or was entered afterwards ("bổ sung sau"). It excuses all the same; who
/// looks at the day must see it. Pure.
/// </summary>
public static class LeaveTiming
{
    /// <summary>
    /// Entered or approved after the first session of the shift that it touches had begun. By shift: leave of a week that is
    /// entered on the second day was there in time for the third. An approval that is not recorded does not count against it.
    /// </summary>
    /// <param name="ordinary">Sessions of the date's working hours, which half days divide; empty: only duty is due.</param>
    /// <param name="zone">The agency's.</param>
    public static bool IsAfterwards(LeaveEntry entry, JudgementInputs shift, IReadOnlyList<DuePart> ordinary, TimeZoneInfo zone) =>
        FirstTouched(entry, shift, ordinary, zone) is { } begins && (entry.EnteredAt > begins || entry.ApprovedAt > begins);

    /// <summary>Start of the first session of the shift that the entry speaks of; null: none.</summary>
    private static Instant? FirstTouched(LeaveEntry entry, JudgementInputs shift, IReadOnlyList<DuePart> ordinary, TimeZoneInfo zone)
    {
        if (!shift.Due || shift.Sessions.Count == 0)
            return null;
        if (entry.Part.IsReduction)
            return entry.Part.Kind == LeavePartKind.AtEnd ? shift.Sessions[^1].Start : shift.Sessions[0].Start;
        bool duty = ordinary.Count > 0 && shift.Assignment?.Mode == AssignmentMode.Add;
        if (duty && entry.Part.Kind is LeavePartKind.Morning or LeavePartKind.Afternoon)
            return null;
        var day = Plan(shift, duty || ordinary.Count == 0 ? shift.Sessions : ordinary);
        var cut = LeaveCutter.Cut(entry, day, [day], new ZoneClock(zone));
        foreach (var session in shift.Sessions)
            if (cut.Within(session.Start.Micros, session.End.Micros).Length > 0)
                return session.Start;
        return null;
    }

    private static ShiftPlan Plan(JudgementInputs shift, IEnumerable<DuePart> sessions) => new(
        default, shift.Date, shift.Calendar, true,
        [.. sessions.OrderBy(session => session.Start).Select(session => new Stretch(session.Start.Micros, session.End.Micros))], 0, 0);
}
