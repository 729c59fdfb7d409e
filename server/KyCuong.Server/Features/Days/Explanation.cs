using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Days;

/// <summary>A verdict in sentences that the head of a unit understands: every fact it rests on (design section 6).</summary>
internal static class Explanation
{
    /// <summary>Writes the explanation of one person's date.</summary>
    public static void Write(TextWriter text, DayAnswer answer, string staff)
    {
        var words = new DayWords(answer.Agency);
        if (answer.Days.Count == 0)
        {
            var person = answer.Agency.Person(staff);
            text.WriteLine(DayText.Get("explain.noPosting", person.Row.FullName, person.Row.Code, DayWords.Long(answer.Date)));
            return;
        }

        foreach (var (verdict, evidence) in answer.Days[0].Shifts)
        {
            var person = answer.Days[0].Person.Row;
            text.WriteLine(DayText.Get("explain.who", person.FullName, person.Code, words.Unit(verdict.Unit), DayWords.Long(verdict.Date)));
            foreach (var sentence in Sentences(verdict, evidence, answer, words)) text.WriteLine(sentence);
            text.WriteLine();
        }
    }

    private static IEnumerable<string> Sentences(ShiftVerdict verdict, IReadOnlyList<LateEvidence> evidence, DayAnswer answer, DayWords words)
    {
        yield return DayText.Get("explain.calendar", Calendar(verdict.Calendar));
        if (verdict.Schedule is not { } schedule || verdict.Assignment is not { } assignment)
        {
            yield return DayText.Get("explain.unscheduled");
            foreach (var tap in verdict.Taps) yield return Tap(tap, verdict, answer, words);
            yield break;
        }

        yield return DayText.Get("explain.schedule", schedule.Code, schedule.Name, DayWords.Short(schedule.From), schedule.To is { } to ? DayText.Get("explain.until", DayWords.Short(to)) : "", Assigned(assignment, answer, words));
        if (!verdict.Inputs.Due)
        {
            yield return DayText.Get("explain.off");
            foreach (var tap in verdict.Taps) yield return Tap(tap, verdict, answer, words);
            yield break;
        }

        yield return DayText.Get("explain.rules", Text.Get($"taps.{VerdictJson.Word(schedule.Taps)}"), Grace("late", schedule.LateGraceMinutes), Grace("early", schedule.EarlyGraceMinutes),
            DayText.Get($"explain.grace.{VerdictJson.Word(schedule.GraceCounts)}"), schedule.RepeatSeconds);
        if (verdict.Window is { } window) yield return DayText.Get("explain.window", words.Second(window.Start, verdict.Date), words.Second(window.End, verdict.Date), Trimmed(verdict, schedule, window));
        foreach (var sentence in LeaveSentences.Of(verdict, answer, words)) yield return sentence;
        foreach (var sentence in DecisionSentences.Inputs(verdict, words)) yield return sentence;
        foreach (var sentence in LostKioskSentences.Of(verdict, answer, words)) yield return sentence;
        foreach (var sentence in DataHoleSentences.Of(verdict, words)) yield return sentence;
        for (var i = 0; i < verdict.Sessions.Count; i++)
        {
            foreach (var sentence in Session(i, verdict, words)) yield return sentence;
            foreach (var beside in evidence.Where(one => one.Late.Session == i))
                foreach (var sentence in EvidenceSentences.Of(beside, verdict.Date, words)) yield return sentence;
        }

        yield return verdict.Taps.Count == 0 ? DayText.Get("explain.noTaps") : DayText.Get("explain.taps");
        foreach (var tap in verdict.Taps) yield return Tap(tap, verdict, answer, words);
        foreach (var claim in verdict.Inputs.Claims)
            yield return DayText.Get("explain.claim", words.Second(claim.At, verdict.Date), words.Kiosks([claim.Kiosk]), ClaimNumber.Of(claim.Key));
        foreach (var tap in verdict.Inputs.Untimed)
            yield return DayText.Get("explain.untimed", words.Kiosks([tap.Kiosk]), words.Second(tap.From, verdict.Date), words.Second(tap.To, verdict.Date), ClaimNumber.Of(tap.Key));
        yield return DayText.Get("explain.conclusion", DayWords.State(verdict), verdict.WorkedMinutes, verdict.PresentMinutes);
        foreach (var finding in verdict.Findings.Where(finding => finding.Kind == FindingKind.TimeOutside))
            yield return DayText.Get("explain.finding", DayWords.Finding(finding.Kind), finding.Minutes);
        foreach (var sentence in DecisionSentences.Outcome(verdict)) yield return sentence;
        foreach (var sentence in Certainty(verdict, answer, words)) yield return sentence;
    }

    private static IEnumerable<string> Certainty(ShiftVerdict verdict, DayAnswer answer, DayWords words)
    {
        if (verdict.Final)
        {
            yield return DayText.Get("explain.final");
            yield break;
        }

        if (verdict.HandKept)
        {
            yield return DayText.Get("explain.handKept.waiting");
            yield break;
        }

        if (verdict.WaitingFor.Count > 0) yield return DayText.Get("explain.waiting", words.Kiosks(verdict.WaitingFor));
        if (verdict.Inputs.Untimed.Count > 0) yield return DayText.Get("explain.untimedWait");
        if (verdict.Inputs.Claims.Count > 0) yield return DayText.Get("explain.claimsWait");
        else if (verdict.Inputs.Untimed.Count > 0) yield break;
        else if (verdict.WaitingFor.Count == 0) yield return DayText.Get("explain.open", words.Second(answer.Now, verdict.Date));
    }

    /// <summary>Why the window is shorter than the schedule makes it: another shift of the person is near.</summary>
    private static string Trimmed(ShiftVerdict verdict, WorkSchedule schedule, DuePart window)
    {
        var late = window.Start.Micros > verdict.Sessions[0].Start.Micros - (schedule.OpensBeforeMinutes * Instant.PerMinute);
        var early = window.End.Micros < verdict.Sessions[^1].End.Micros + (schedule.ClosesAfterMinutes * Instant.PerMinute);
        return (late, early) switch
        {
            (false, false) => "",
            (true, false) => DayText.Get("explain.window.after"),
            (false, true) => DayText.Get("explain.window.before"),
            (true, true) => DayText.Get("explain.window.between"),
        };
    }

    private static IEnumerable<string> Session(int index, ShiftVerdict verdict, DayWords words)
    {
        var session = verdict.Sessions[index];
        yield return DayText.Get("explain.session", index + 1, words.Minute(session.Start), words.Minute(session.End));
        if (session.Leave is { } leave) yield return DayText.Get("explain.session.leave", LeavePhrases.Of(leave));
        if (verdict.Findings.Any(finding => finding.Session == index && finding.Kind == FindingKind.DeviceDataMissing)) yield return DayText.Get("explain.session.noData");
        if (session.Absent)
        {
            yield return AbsenceSentence.Of(verdict, session, words);
            yield break;
        }

        if (verdict.HandKept && session.Due.Count > 0) yield return DayText.Get(verdict.Final ? "explain.session.kept" : "explain.session.keptOpen");
        if (session.In is { } arrival)
            yield return session.LateLimit is not { } limit ? DayText.Get("explain.session.in", words.Second(arrival, verdict.Date))
                : session.LateMinutes > 0 ? DayText.Get("explain.session.late", words.Second(arrival, verdict.Date), words.Second(limit, verdict.Date), session.LateMinutes)
                : DayText.Get("explain.session.onTime", words.Second(arrival, verdict.Date), words.Second(limit, verdict.Date));
        else if (session.MissingIn) yield return DayText.Get("explain.session.missingIn");
        if (session.Out is { } departure)
            yield return session.EarlyLimit is not { } limit ? DayText.Get("explain.session.out", words.Second(departure, verdict.Date))
                : session.EarlyMinutes > 0 ? DayText.Get("explain.session.early", words.Second(departure, verdict.Date), words.Second(limit, verdict.Date), session.EarlyMinutes)
                : DayText.Get("explain.session.fullTime", words.Second(departure, verdict.Date), words.Second(limit, verdict.Date));
        else if (session.MissingOut) yield return DayText.Get("explain.session.missingOut");
        if (session.Uncertain) yield return DayText.Get("explain.session.uncertain");
        if (verdict.Findings.Any(finding => finding.Session == index && !finding.Final)) yield return DayText.Get("explain.session.open");
    }

    private static string Tap(TapVerdict tap, ShiftVerdict verdict, DayAnswer answer, DayWords words)
    {
        var kiosk = answer.Agency.KiosksById.GetValueOrDefault(tap.Tap.Kiosk);
        var place = kiosk is null ? DayText.Get("explain.tap.imported") : DayText.Get(tap.Tap switch { { Badgeless: true, Reader: "" } => "explain.tap.staffCode", { Badgeless: true } => "explain.tap.lentBadge", _ => "explain.tap.kiosk" },
                kiosk.Name, tap.Tap.Reader, (tap.Tap.UncertaintyMicros + 999) / 1000);
        var sentence = DayText.Get("explain.tap", words.Second(tap.Tap.At, verdict.Date), place, Text.Get($"direction.{VerdictJson.Word(tap.Direction)}"),
            Step(tap), Text.Get($"use.{VerdictJson.Word(tap.Use)}"));
        if (answer.Settled.TryGetValue(tap.Tap.Key, out var settled)) sentence += " " + DayText.Get("explain.tap.settled", answer.Agency.NameOf(settled.DecidedBy), settled.Document, settled.DecisionId);
        if (tap.Inferred) sentence += " " + DayText.Get("explain.tap.inferred");
        if (tap.IfOtherwise is { } otherwise)
            sentence += " " + (otherwise.Count == 0
                ? DayText.Get("explain.tap.otherwiseNothing")
                : DayText.Get("explain.tap.otherwise", string.Join(", ", otherwise.Select(finding => DayWords.Finding(finding.Kind).ToLowerInvariant() + (finding.Minutes > 0 ? DayText.Get("explain.minutes", finding.Minutes) : "")))));
        return sentence;
    }

    /// <summary>How the direction was found; the first event inside a session has none before it.</summary>
    private static string Step(TapVerdict tap) =>
        DayText.Get(tap is { Step: DirectionStep.ByPrevious, Direction: TapDirection.In } ? "step.byPrevious.in" : $"step.{VerdictJson.Word(tap.Step)}");

    private static string Calendar(CalendarDay day) => day.Kind switch
    {
        CalendarKind.Ordinary when day.Awaits is { } holiday => DayText.Get("calendar.awaits", holiday),
        CalendarKind.Ordinary => DayText.Get("calendar.ordinary"),
        CalendarKind.Notice => DayText.Get("calendar.notice", day.Name, Source(day)),
        CalendarKind.Statutory => DayText.Get("calendar.statutory", day.Name, Source(day)),
        CalendarKind.MakeUp => DayText.Get("calendar.makeUp", day.Name, Other(day), Source(day)),
        CalendarKind.SwapOff => DayText.Get("calendar.swapOff", Other(day), Source(day)),
        CalendarKind.SwapWorked => DayText.Get("calendar.swapWorked", Other(day), Source(day)),
        CalendarKind.NoticeWorked => DayText.Get("calendar.noticeWorked", day.Name, Source(day)),
        _ => throw new InvalidOperationException($"No such kind of day: {day.Kind}."),
    };

    private static string Source(CalendarDay day) => day.Source is null ? "" : DayText.Get("calendar.source", day.Source);

    private static string Other(CalendarDay day) => day.Other is { } other ? DayWords.Long(other) : "–";

    private static string Grace(string which, int? minutes) => minutes is { } number ? DayText.Get($"explain.{which}", number) : DayText.Get($"explain.{which}.off");

    private static string Assigned(ScheduleAssignment assignment, DayAnswer answer, DayWords words)
    {
        var to = assignment.Staff is not null ? DayText.Get("explain.assigned.staff")
            : assignment.Unit is { } unit ? DayText.Get("explain.assigned.unit", words.Unit(unit))
            : DayText.Get("explain.assigned.agency", answer.Agency.Row.Name);
        return assignment.Mode == AssignmentMode.Add ? to + DayText.Get("explain.assigned.add") : to;
    }
}
