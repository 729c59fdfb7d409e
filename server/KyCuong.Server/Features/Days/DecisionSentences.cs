using KyCuong.Rules;

namespace KyCuong.Server.Features.Days;

/// <summary>What people decided of a shift, in sentences: accepted explanations, incidents, days kept by hand.</summary>
internal static class DecisionSentences
{
    /// <summary>What the shift was judged by besides taps.</summary>
    public static IEnumerable<string> Inputs(ShiftVerdict verdict, DayWords words)
    {
        if (verdict.Inputs.HandKept is { } kept)
        {
            yield return DayText.Get("explain.handKept", kept.Document, DayWords.Short(kept.From), kept.To is { } to ? DayText.Get("explain.until", DayWords.Short(to)) : "");
            foreach (var mark in verdict.Inputs.HandKeptMarks)
                yield return DayText.Get(
                    "explain.handKept.mark",
                    mark.Session is { } session ? DayText.Get("explain.handKept.session", session + 1) : DayText.Get("explain.handKept.day"),
                    DayText.Get(mark.Present ? "explain.handKept.present" : "explain.handKept.absent"),
                    DayText.Get(mark.Confirmed ? "explain.handKept.confirmed" : "explain.handKept.unconfirmed"));
        }

        foreach (var incident in verdict.Inputs.Incidents)
            yield return DayText.Get("explain.incident", incident.Id, words.Second(incident.From, verdict.Date), words.Second(incident.To, verdict.Date), incident.Document);
        foreach (var decision in verdict.Inputs.Decisions)
            yield return DayText.Get(
                decision.Ruling == FindingRuling.Excused ? "explain.decision.excused" : "explain.decision.confirmed",
                decision.Id, decision.Kind is { } kind ? DayWords.Finding(kind).ToLowerInvariant() : DayText.Get("explain.decision.all"), decision.Document);
    }

    /// <summary>Findings that do not count, and why.</summary>
    public static IEnumerable<string> Outcome(ShiftVerdict verdict)
    {
        foreach (var finding in verdict.Findings)
            if (Standing(finding.Standing) is { } why)
                yield return DayText.Get("explain.standing", DayWords.Finding(finding.Kind), finding.Session + 1, why);
    }

    /// <summary>Why a finding does not count; null: it does.</summary>
    public static string? Standing(FindingStanding standing) => standing switch
    {
        FindingStanding.Stands => null,
        FindingStanding.Excused => DayText.Get("standing.excused"),
        FindingStanding.InIncident => DayText.Get("standing.inIncident"),
        _ => throw new InvalidOperationException($"No such standing: {standing}."),
    };
}
