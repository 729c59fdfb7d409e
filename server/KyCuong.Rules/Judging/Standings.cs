namespace KyCuong.Rules;

/// <summary>
/// Whether a finding counts: what people decided of it, and the incidents declared for its time. A finding never disappears
/// by a decision.
/// </summary>
internal static class Standings
{
    public static void Apply(ShiftWork work)
    {
        if (work.Decisions.Count == 0 && work.Incidents.Count == 0)
            return;
        for (int i = 0; i < work.FindingCount; i++)
        {
            ref var finding = ref work.Findings[i];
            finding.Standing = Ruling(work, finding) switch
            {
                FindingRuling.Excused => FindingStanding.Excused,
                FindingRuling.Confirmed => FindingStanding.Stands,
                _ => InIncident(work, finding) ? FindingStanding.InIncident : FindingStanding.Stands,
            };
        }
    }

    /// <summary>The latest decision that speaks of the finding.</summary>
    private static FindingRuling? Ruling(ShiftWork work, in FindingWork finding)
    {
        FindingDecision? latest = null;
        foreach (var decision in work.Decisions)
            if (decision.Concerns(finding.Session, finding.Kind) && (latest is null || latest.Id < decision.Id))
                latest = decision;
        return latest?.Ruling;
    }

    private static bool InIncident(ShiftWork work, in FindingWork finding)
    {
        if (work.Incidents.Count == 0)
            return false;
        var span = Refutable(work, finding);
        foreach (var incident in work.Incidents)
            if (incident.From.Micros <= span.End && span.Start <= incident.To.Micros)
                return true;
        return false;
    }

    /// <summary>When the tap would have been made that the finding lacks.</summary>
    private static Stretch Refutable(ShiftWork work, in FindingWork finding)
    {
        ref readonly var session = ref work.Sessions[finding.Session];
        int before = work.FirstLast ? -1 : work.DueBefore(finding.Session), after = work.FirstLast ? -1 : work.DueAfter(finding.Session);
        long comes = before < 0 ? work.Opens : work.Sessions[before].Due.End, goes = after < 0 ? work.Closes : work.Sessions[after].Whole.Start;
        return finding.Kind switch
        {
            FindingKind.LateArrival => new Stretch(comes, work.Events[session.Arrival].First),
            FindingKind.EarlyDeparture => new Stretch(work.Events[session.Departure].Last, goes),
            FindingKind.MissingArrival => new Stretch(comes, session.Due.End),
            FindingKind.MissingDeparture => new Stretch(session.Due.Start, goes),
            FindingKind.Absence or FindingKind.DeviceDataMissing => new Stretch(comes, goes),
            FindingKind.TimeOutside => new Stretch(finding.Since, finding.Horizon),
            _ => throw new InvalidOperationException($"No such finding: {(int)finding.Kind}."),
        };
    }
}
