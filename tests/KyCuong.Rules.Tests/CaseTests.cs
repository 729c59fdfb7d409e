using System.Globalization;
using System.Text.Json;

namespace KyCuong.Rules.Tests;

/// <summary>cases/*.json against the rules, and what must hold of every case whatever it is about.</summary>
public sealed class CaseTests
{
    private static readonly Dictionary<string, RuleCase> Cases = RuleCase.All().ToDictionary(one => one.ToString());

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_verdict_is_the_one_a_reader_of_the_clause_expects(string name)
    {
        var one = Cases[name];
        var agency = new CaseAgency(one);
        var expected = one.Row.GetProperty("expect");
        if (expected.ValueKind == JsonValueKind.Array)
        {
            var verdicts = Judge(agency, one).ToList();
            Assert.Equal(expected.GetArrayLength(), verdicts.Count);
            for (int i = 0; i < verdicts.Count; i++)
                Check(expected[i], verdicts[i], agency);
        }
        else
            Check(expected, Assert.Single(Judge(agency, one)), agency);
    }

    [Theory, MemberData(nameof(Names))]
    public void Judging_again_from_the_inputs_of_the_explanation_gives_the_same_verdict(string name)
    {
        var one = Cases[name];
        foreach (var verdict in Judge(new CaseAgency(one), one))
        {
            var inputs = JsonSerializer.Deserialize<JudgementInputs>(JsonSerializer.Serialize(verdict.Inputs))!;
            Assert.Equal(JsonSerializer.Serialize(verdict), JsonSerializer.Serialize(ShiftJudge.Judge(inputs)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_order_in_which_taps_are_delivered_does_not_matter(string name)
    {
        var one = Cases[name];
        var agency = new CaseAgency(one);
        var delivered = agency.Taps.Reverse().ToArray();
        var again = new PersonAssessor(agency.Rules).Judge(agency.Person, From(one), To(one), delivered, agency.Now);
        Assert.Equal(JsonSerializer.Serialize(Judge(agency, one)), JsonSerializer.Serialize(again));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_figures_say_what_the_verdicts_say(string name)
    {
        var one = Cases[name];
        var agency = new CaseAgency(one);
        var verdicts = Judge(agency, one);
        var summary = new PeriodSummary(From(one), To(one));
        new PersonAssessor(agency.Rules).Summarise(agency.Person, From(one), To(one), agency.Taps, agency.Now, summary);
        var findings = verdicts.SelectMany(verdict => verdict.Findings).ToList();
        var sessions = verdicts.SelectMany(verdict => verdict.Sessions).ToList();

        Assert.Equal(verdicts.Sum(verdict => verdict.WorkedMinutes), summary.Agency.WorkedMinutes);
        Assert.Equal(verdicts.Sum(verdict => verdict.PresentMinutes), summary.Agency.PresentMinutes);
        Assert.Equal(verdicts.Where(verdict => !verdict.HandKept).SelectMany(verdict => verdict.Sessions).Count(session => session.Due.Count > 0), summary.Agency.DueSessions);
        Assert.Equal(verdicts.Where(verdict => verdict.HandKept).SelectMany(verdict => verdict.Sessions).Count(session => session.Due.Count > 0), summary.Agency.HandKeptSessions);
        Assert.Equal(sessions.Count(session => session.Due.Count == 0), summary.Agency.LeaveSessions);
        var counted = findings.Where(finding => finding is { Final: true, Standing: FindingStanding.Stands }).ToList();
        Assert.Equal(counted.Count(finding => finding.Kind == FindingKind.LateArrival), summary.Agency.LateTimes);
        Assert.Equal(counted.Where(finding => finding.Kind == FindingKind.LateArrival).Sum(finding => finding.Minutes), summary.Agency.LateMinutes);
        Assert.Equal(counted.Count(finding => finding.Kind == FindingKind.EarlyDeparture), summary.Agency.EarlyTimes);
        Assert.Equal(counted.Count(finding => finding.Kind is FindingKind.MissingArrival or FindingKind.MissingDeparture), summary.Agency.MissingTaps);
        Assert.Equal(counted.Count(finding => finding.Kind == FindingKind.Absence), summary.Agency.AbsentSessions + summary.Agency.HandKeptAbsent);
        Assert.Equal(findings.Count(finding => finding is { Final: true, Standing: FindingStanding.Excused }), summary.Agency.ExcusedFindings);
        Assert.Equal(findings.Count(finding => finding is { Final: true, Standing: FindingStanding.InIncident }), summary.Agency.IncidentFindings);
        Assert.Equal(findings.Count(finding => !finding.Final), summary.Agency.ProvisionalFindings);
        Assert.Equal(verdicts.Count(verdict => verdict.Unscheduled), summary.Agency.UnscheduledDays);
        if (!verdicts.Any(verdict => verdict.HandKept))
            Assert.Equal(summary.Agency.DueSessions, summary.Agency.AttendedSessions + summary.Agency.AbsentSessions + summary.Agency.ExcusedAbsentSessions + summary.Agency.PendingSessions);
    }

    private static IReadOnlyList<ShiftVerdict> Judge(CaseAgency agency, RuleCase one) =>
        new PersonAssessor(agency.Rules).Judge(agency.Person, From(one), To(one), agency.Taps, agency.Now);

    private static DateOnly From(RuleCase one) => one.Date;

    private static DateOnly To(RuleCase one) => one.Date.AddDays(one.Get("days") is { ValueKind: JsonValueKind.Number } days ? days.GetInt32() - 1 : 0);

    /// <summary>Findings are always compared, none when the row names none; every other field when the row names it.</summary>
    private static void Check(JsonElement expected, ShiftVerdict verdict, CaseAgency agency)
    {
        Assert.Equal(
            expected.TryGetProperty("findings", out var named) ? [.. named.EnumerateArray().Select(one => one.GetString()!)] : Array.Empty<string>(),
            verdict.Findings.Select(finding => Write(finding, agency)));
        foreach (var field in expected.EnumerateObject())
            switch (field.Name)
            {
                case "findings": break;
                case "schedule": Assert.Equal(field.Value.GetString(), verdict.Schedule?.Code); break;
                case "state": Assert.Equal(field.Value.GetString(), Camel(verdict.State)); break;
                case "final": Assert.Equal(field.Value.GetBoolean(), verdict.Final); break;
                case "waitingFor": Assert.Equal(field.Value.EnumerateArray().Select(one => one.GetString()), verdict.WaitingFor.Select(agency.KioskName)); break;
                case "worked": Assert.Equal(field.Value.GetInt32(), verdict.WorkedMinutes); break;
                case "present": Assert.Equal(field.Value.GetInt32(), verdict.PresentMinutes); break;
                case "handKept": Assert.Equal(field.Value.GetBoolean(), verdict.HandKept); break;
                case "unit": Assert.Equal(field.Value.GetInt64(), verdict.Unit); break;
                case "awaits": Assert.Equal(field.Value.GetString(), verdict.Calendar.Awaits); break;
                case "late": Assert.Equal(field.Value.GetInt32(), verdict.LateMinutes); break;
                case "early": Assert.Equal(field.Value.GetInt32(), verdict.EarlyMinutes); break;
                case "unscheduled": Assert.Equal(field.Value.GetBoolean(), verdict.Unscheduled); break;
                case "calendar": Assert.Equal(field.Value.GetString(), Camel(verdict.Calendar.Kind)); break;
                case "uncertain": Assert.Equal(field.Value.GetBoolean(), verdict.Sessions.Any(session => session.Uncertain)); break;
                case "leave": Assert.Equal(field.Value.EnumerateArray().Select(one => one.GetString()), verdict.Sessions.Select(session => session.Leave?.Word())); break;
                case "sessions": Assert.Equal(field.Value.EnumerateArray().Select(one => one.GetString()!), verdict.Sessions.Select(Write)); break;
                case "taps": Assert.Equal(field.Value.EnumerateArray().Select(one => one.GetString()!), verdict.Taps.Select(Write)); break;
                case "window": Assert.Equal(field.Value.GetString(), $"{Clock(verdict.Window!.Value.Start)} {Clock(verdict.Window!.Value.End)}"); break;
                case "otherwise": Assert.Equal(field.Value.EnumerateArray().Select(one => one.GetString()!), verdict.Taps[0].IfOtherwise!.Select(finding => Write(finding, agency))); break;
                default: throw new FormatException($"«{field.Name}» is nothing that can be expected.");
            }
    }

    /// <summary>kind session [minutes] [provisional[:kiosk,…]]</summary>
    private static string Write(Finding finding, CaseAgency agency) =>
        Camel(finding.Kind) + " " + finding.Session.ToString(CultureInfo.InvariantCulture)
        + (finding.Minutes > 0 ? " " + finding.Minutes.ToString(CultureInfo.InvariantCulture) : "")
        + (finding.Standing == FindingStanding.Stands ? "" : " " + Camel(finding.Standing))
        + (finding.Instead is { } instead ? " for " + Camel(instead) : "")
        + (finding.Final ? "" : " provisional" + (finding.WaitingFor.Count == 0 ? "" : ":" + string.Join(',', finding.WaitingFor.Select(agency.KioskName))));

    /// <summary>in out, each a time or −.</summary>
    private static string Write(SessionVerdict session) =>
        $"{(session.In is { } arrival ? Clock(arrival) : "-")} {(session.Out is { } departure ? Clock(departure) : "-")}{(session.Absent ? " absent" : "")}{(session.MissingIn ? " no-in" : "")}{(session.MissingOut ? " no-out" : "")}";

    /// <summary>direction use [inferred]</summary>
    private static string Write(TapVerdict tap) => $"{Camel(tap.Direction)} {Camel(tap.Use)}{(tap.Inferred ? " inferred" : "")}";

    private static string Clock(Instant instant) => instant.In(CaseAgency.Zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Camel<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
