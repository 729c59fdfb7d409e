namespace KyCuong.Rules;

/// <summary>
/// Final or provisional: "final when no tap that could change it can still come". What waited only for a lost device becomes
/// <see cref="FindingKind.DeviceDataMissing"/>, never absence. A claim that nobody has confirmed or rejected and a tap whose time is
/// pending are waited for like a tap.
/// </summary>
internal static class Finality
{
    public static void Apply(ShiftWork work)
    {
        bool closed = work.Now > work.Closes;
        work.Final = closed && !Waits(work, work.Opens, work.Closes, lost: false) && !DecisionWaits(work, work.Closes);
        for (int i = 0; i < work.FindingCount; i++)
        {
            ref var finding = ref work.Findings[i];
            long from = work.ChangeableFrom(finding);
            finding.Final = (!finding.Open || work.Now > finding.Horizon) && !Waits(work, from, finding.Horizon, lost: false) && !DecisionWaits(work, finding.Horizon);
            if (finding.Final && Waits(work, from, finding.Horizon, lost: true))
                Unknowable(work, ref finding);
        }
    }

    /// <summary>Whether there may be a tap between two instants that is still to come, or that never will.</summary>
    private static bool Waits(ShiftWork work, long from, long horizon, bool lost)
    {
        foreach (var kiosk in work.Kiosks)
            if (kiosk.MayLack(new Instant(from), new Instant(horizon), lost))
                return true;
        return false;
    }

    /// <summary>Whether a claim up to the horizon, or a tap whose time is pending, may yet become a tap.</summary>
    private static bool DecisionWaits(ShiftWork work, long horizon)
    {
        for (int i = 0; i < work.Claims.Count; i++)
            if (work.Claims[i].At.Micros <= horizon)
                return true;
        for (int i = 0; i < work.Untimed.Count; i++)
            if (work.Untimed[i].From.Micros <= horizon)
                return true;
        return false;
    }

    private static void Unknowable(ShiftWork work, ref FindingWork finding)
    {
        ref var session = ref work.Sessions[finding.Session];
        session.NoData = true;
        switch (finding.Kind)
        {
            case FindingKind.LateArrival: session.LateMinutes = 0; break;
            case FindingKind.EarlyDeparture: session.EarlyMinutes = 0; break;
            case FindingKind.MissingArrival: session.MissingIn = false; break;
            case FindingKind.MissingDeparture: session.MissingOut = false; break;
            case FindingKind.Absence: session.Absent = false; break;
            case FindingKind.TimeOutside or FindingKind.DeviceDataMissing: break;
            default: throw new InvalidOperationException($"No such finding: {(int)finding.Kind}.");
        }
        (finding.Instead, finding.Kind) = (finding.Kind, FindingKind.DeviceDataMissing);
    }
}
