namespace KyCuong.Rules;

/// <summary>What a summary counts of a judged shift: final findings; the rest is pending.</summary>
internal static class FiguresOf
{
    public static ShiftFigures Shift(ShiftWork work, long staff, long unit, DateOnly date)
    {
        var figures = new ShiftFigures
        {
            Staff = staff,
            Unit = unit,
            Date = date,
            Schedule = work.Schedule,
            State = work.State,
            Final = work.Final,
            Sessions = work.SessionCount,
            WorkedMinutes = Minutes.Floor(work.WorkedMicros),
            PresentMinutes = Minutes.Floor(work.PresentMicros),
        };
        Count(work, ref figures);
        if (work.HandKept)
        {
            HandKept(work, ref figures);
            return figures;
        }
        for (int i = 0; i < work.SessionCount; i++)
        {
            ref readonly var session = ref work.Sessions[i];
            if (!session.IsDue)
            {
                figures.LeaveSessions++;
                continue;
            }
            figures.DueSessions++;
            if (!session.Absent)
            {
                if (session.OwnEvents == 0) figures.PendingSessions++;
                else figures.AttendedSessions++;
                continue;
            }
            switch (Absence(work, i))
            {
                case FindingStanding.Stands: figures.AbsentSessions++; break;
                case FindingStanding.Excused: figures.ExcusedAbsentSessions++; break;
                default: figures.PendingSessions++; break;
            }
        }
        return figures;
    }

    /// <summary>Counted apart: neither due nor attended in the sense of taps.</summary>
    private static void HandKept(ShiftWork work, ref ShiftFigures figures)
    {
        for (int i = 0; i < work.SessionCount; i++)
        {
            ref readonly var session = ref work.Sessions[i];
            if (!session.IsDue)
            {
                figures.LeaveSessions++;
                continue;
            }
            figures.HandKeptSessions++;
            if (!session.Kept) figures.HandKeptPending++;
            else if (!session.Absent) figures.HandKeptAttended++;
            else if (Absence(work, i) == FindingStanding.Stands) figures.HandKeptAbsent++;
            else figures.ExcusedAbsentSessions++;
        }
    }

    private static void Count(ShiftWork work, ref ShiftFigures figures)
    {
        for (int i = 0; i < work.FindingCount; i++)
        {
            ref readonly var finding = ref work.Findings[i];
            if (!finding.Final)
            {
                figures.ProvisionalFindings++;
                continue;
            }
            if (finding.Standing != FindingStanding.Stands)
            {
                if (finding.Standing == FindingStanding.Excused) figures.ExcusedFindings++;
                else figures.IncidentFindings++;
                continue;
            }
            switch (finding.Kind)
            {
                case FindingKind.LateArrival:
                    figures.LateTimes++;
                    figures.LateMinutes += finding.Minutes;
                    break;
                case FindingKind.EarlyDeparture:
                    figures.EarlyTimes++;
                    figures.EarlyMinutes += finding.Minutes;
                    break;
                case FindingKind.MissingArrival or FindingKind.MissingDeparture:
                    figures.MissingTaps++;
                    break;
                case FindingKind.TimeOutside:
                    figures.OutsideTimes++;
                    figures.OutsideMinutes += finding.Minutes;
                    break;
                case FindingKind.Absence or FindingKind.DeviceDataMissing:
                    break;
                default:
                    throw new InvalidOperationException($"No such finding: {(int)finding.Kind}.");
            }
        }
    }

    /// <summary>How a session's absence stands; null: it is not final.</summary>
    private static FindingStanding? Absence(ShiftWork work, int session)
    {
        for (int i = 0; i < work.FindingCount; i++)
            if (work.Findings[i].Session == session && work.Findings[i].Kind == FindingKind.Absence)
                return work.Findings[i].Final ? work.Findings[i].Standing : null;
        return null;
    }
}
