using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Days;

/// <summary>The day as a table: one line a person and schedule.</summary>
internal static class DayTable
{
    /// <summary>Writes it.</summary>
    public static void Write(ICommandConsole console, DayAnswer answer)
    {
        var words = new DayWords(answer.Agency);
        console.Out.WriteLine(DayText.Get("day.title", answer.Agency.Row.Name, DayWords.Long(answer.Date)));
        if (answer.Days.Count == 0)
        {
            console.Out.WriteLine(DayText.Get("day.nobody"));
            return;
        }

        var table = new PeopleTable(
            [DayText.Get("day.staff"), DayText.Get("day.name"), DayText.Get("day.schedule"), DayText.Get("day.state"), DayText.Get("day.times"), DayText.Get("day.late"), DayText.Get("day.early"), DayText.Get("day.notes")],
            5, 6);
        foreach (var day in answer.Days)
            foreach (var (verdict, evidence) in day.Shifts)
                table.Add(
                    day.Person.Row.Code,
                    day.Person.Row.FullName,
                    verdict.Schedule?.Code ?? "",
                    DayWords.State(verdict),
                    string.Join("; ", verdict.Sessions.Select(session => Times(session, words))),
                    Minutes(verdict.LateMinutes),
                    Minutes(verdict.EarlyMinutes),
                    Notes(verdict, evidence, words));
        table.Write(console);
    }

    /// <summary>With its session, where the shift has several and it is not of all of them.</summary>
    private static string OfSession(Finding finding, ShiftVerdict verdict)
    {
        var all = verdict.Findings.Count(other => other.Kind == finding.Kind) == verdict.Sessions.Count;
        return verdict.Sessions.Count < 2 || all ? DayWords.Finding(finding.Kind) : DayText.Get("day.ofSession", DayWords.Finding(finding.Kind), finding.Session + 1);
    }

    private static string Times(SessionVerdict session, DayWords words) =>
        session.In is null && session.Out is null ? "–" : $"{(session.In is { } start ? words.Minute(start) : "?")}–{(session.Out is { } end ? words.Minute(end) : "?")}";

    private static string Minutes(int minutes) => minutes == 0 ? "" : minutes.ToString(TextSource.Vietnamese);

    private static string Notes(ShiftVerdict verdict, IReadOnlyList<LateEvidence> evidence, DayWords words)
    {
        var notes = verdict.Findings.Where(finding => finding.Kind is not (FindingKind.LateArrival or FindingKind.EarlyDeparture))
            .Select(finding => OfSession(finding, verdict)).Distinct().ToList();
        notes.InsertRange(0, Leave(verdict.Sessions));
        notes.AddRange(verdict.Findings.Select(finding => DecisionSentences.Standing(finding.Standing)).OfType<string>().Distinct());
        notes.AddRange(evidence.SelectMany(one => EvidenceSentences.Notes(one, verdict.Date, words)).Distinct());
        if (verdict.HandKept) notes.Add(DayText.Get("day.handKept"));
        if (verdict.WaitingFor.Count > 0) notes.Add(DayText.Get("day.waiting", words.Kiosks(verdict.WaitingFor)));
        if (verdict.Inputs.Claims.Count > 0) notes.Add(DayText.Get("day.claims"));
        if (verdict.Inputs.Untimed.Count > 0) notes.Add(DayText.Get("day.untimed"));
        else if (verdict.Inputs.Claims.Count == 0 && !verdict.Final && verdict.WaitingFor.Count == 0) notes.Add(DayText.Get("day.open"));
        return string.Join("; ", notes);
    }

    /// <summary>The kinds that cut sessions; a reduction is no session's kind and so is not named here.</summary>
    private static IEnumerable<string> Leave(IReadOnlyList<SessionVerdict> sessions)
    {
        if (sessions.Count > 0 && sessions[0].Leave is { } kind && sessions.All(session => session.Leave == kind)) return [LeavePhrases.Of(kind)];
        return sessions.Index().Where(session => session.Item.Leave is not null).Select(session => DayText.Get("day.session", session.Index + 1, LeavePhrases.Of(session.Item.Leave!.Value)));
    }
}
