namespace KyCuong.Rules;

/// <summary>Writes down what was judged, with everything an explanation needs.</summary>
internal static class VerdictBuilder
{
    public static ShiftVerdict Off(JudgementInputs inputs) => new()
    {
        Staff = inputs.Staff,
        Unit = inputs.Unit,
        Date = inputs.Date,
        Schedule = inputs.Schedule,
        Assignment = inputs.Assignment,
        Calendar = inputs.Calendar,
        State = ShiftState.Off,
        Final = true,
        WaitingFor = [],
        WorkedMinutes = 0,
        PresentMinutes = 0,
        LateMinutes = 0,
        EarlyMinutes = 0,
        Sessions = [],
        Findings = [],
        Taps = [.. inputs.Outside.Select(Outside)],
        Window = null,
        Inputs = inputs,
    };

    public static ShiftVerdict Due(JudgementInputs inputs, ShiftWork work, IReadOnlyList<Finding>? otherwise)
    {
        var sessions = Sessions(work);
        return new ShiftVerdict
        {
            Staff = inputs.Staff,
            Unit = inputs.Unit,
            Date = inputs.Date,
            Schedule = inputs.Schedule,
            Assignment = inputs.Assignment,
            Calendar = inputs.Calendar,
            State = work.State,
            Final = work.Final,
            WaitingFor = work.HandKept ? [] : WaitingFor(work, work.Opens, Math.Min(work.Closes, work.Now)),
            WorkedMinutes = Minutes.Floor(work.WorkedMicros),
            PresentMinutes = Minutes.Floor(work.PresentMicros),
            LateMinutes = sessions.Sum(session => session.LateMinutes),
            EarlyMinutes = sessions.Sum(session => session.EarlyMinutes),
            Sessions = sessions,
            Findings = Findings(work),
            Taps = Taps(inputs, work, otherwise),
            Window = inputs.Window,
            Inputs = inputs,
        };
    }

    public static IReadOnlyList<Finding> Findings(ShiftWork work) =>
        [.. work.Findings.Take(work.FindingCount)
            .OrderBy(finding => finding.Session).ThenBy(finding => finding.Instead ?? finding.Kind)
            .Select(finding => new Finding(
                finding.Kind, finding.Session, finding.Minutes, finding.Final,
                finding.Final ? [] : WaitingFor(work, work.ChangeableFrom(finding), finding.Horizon), finding.Instead, finding.Standing))];

    /// <summary>Kiosks of which a tap between two instants may still come.</summary>
    private static long[] WaitingFor(ShiftWork work, long from, long horizon) =>
        [.. work.Kiosks.Where(kiosk => kiosk.MayLack(new Instant(from), new Instant(horizon), lost: false)).Select(kiosk => kiosk.Kiosk)];

    private static SessionVerdict[] Sessions(ShiftWork work)
    {
        var made = new SessionVerdict[work.SessionCount];
        for (int i = 0; i < made.Length; i++)
        {
            var session = work.Sessions[i];
            var due = work.Parts.Skip(session.PartFrom).Take(session.PartCount).Select(part => new DuePart(new Instant(part.Start), new Instant(part.End)));
            made[i] = new SessionVerdict(
                new Instant(session.Whole.Start), new Instant(session.Whole.End), [.. due],
                session.IsDue && session.Arrival >= 0 ? new Instant(work.Events[session.Arrival].First) : null,
                session.IsDue && session.Departure >= 0 ? new Instant(work.Events[session.Departure].Last) : null,
                session.LateMinutes, session.EarlyMinutes, session.MissingIn, session.MissingOut, session.Absent,
                session.HasLeave ? session.Leave : null,
                session.AsksArrival && work.Schedule.LateGraceMinutes is { } late ? new Instant(session.Due.Start + (late * Instant.PerMinute)) : null,
                session.AsksDeparture && work.Schedule.EarlyGraceMinutes is { } early ? new Instant(session.Due.End - (early * Instant.PerMinute)) : null,
                session.Uncertain);
        }
        return made;
    }

    private static TapVerdict[] Taps(JudgementInputs inputs, ShiftWork work, IReadOnlyList<Finding>? otherwise)
    {
        var made = new List<TapVerdict>();
        for (int number = 0; number < work.EventCount; number++)
        {
            var found = work.Events[number];
            // The event's tap that is used: for a departure the latest, else the earliest.
            int used = found.Use == TapUse.Departure ? found.LastTap : found.FirstTap;
            for (int i = found.FirstTap; i <= found.LastTap; i++)
                made.Add(new TapVerdict(inputs.Taps[i], found.Direction, i == used ? found.Use : TapUse.Repeat, found.Step, found.Inferred, number, otherwise));
        }
        made.AddRange(inputs.Outside.Select(Outside));
        made.Sort(static (a, b) => Tap.Compare(a.Tap, b.Tap));
        return [.. made];
    }

    private static TapVerdict Outside(Tap tap) => new(tap, tap.Direction, TapUse.Outside, tap.Direction == TapDirection.None ? DirectionStep.None
        : tap.Source == DirectionSource.Person ? DirectionStep.ByPerson : DirectionStep.ByReader, false, -1);
}
