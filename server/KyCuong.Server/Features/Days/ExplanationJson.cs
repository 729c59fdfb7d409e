using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Days;

/// <summary>What <c>explain --format json</c> adds to a verdict: everything it rests on (design section 6).</summary>
internal static class ExplanationJson
{
    /// <summary>Writes the property <c>explanation</c>.</summary>
    public static void Write(Utf8JsonWriter json, DayAnswer answer, JudgedDay day, ShiftVerdict verdict)
    {
        var (agency, zone) = (answer.Agency, answer.Agency.Zone);
        json.WriteStartObject("explanation");
        VerdictJson.Moment(json, "now", verdict.Inputs.Now, zone);
        json.WriteString("unit", agency.UnitsById[verdict.Unit].Code);
        Calendar(json, verdict.Calendar);
        if (verdict.Schedule is { } schedule) Schedule(json, schedule);
        if (verdict.Assignment is { } assignment) Assignment(json, assignment, agency);
        json.WriteBoolean("due", verdict.Inputs.Due);
        VerdictJson.Moment(json, "windowFrom", verdict.Window?.Start, zone);
        VerdictJson.Moment(json, "windowTo", verdict.Window?.End, zone);
        Leave(json, day, verdict, zone);
        LostKiosks(json, answer, verdict);
        Holes(json, verdict, answer.Agency);
        json.WriteStartArray("limits");
        foreach (var session in verdict.Sessions)
        {
            json.WriteStartObject();
            json.WriteStartArray("due");
            foreach (var part in session.Due)
            {
                json.WriteStartObject();
                VerdictJson.Moment(json, "start", part.Start, zone);
                VerdictJson.Moment(json, "end", part.End, zone);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            VerdictJson.Moment(json, "lateAfter", session.LateLimit, zone);
            VerdictJson.Moment(json, "earlyBefore", session.EarlyLimit, zone);
            json.WriteBoolean("decidedForThePerson", session.Uncertain);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("directions");
        foreach (var tap in verdict.Taps)
        {
            json.WriteStartObject();
            VerdictJson.Moment(json, "at", tap.Tap.At, zone);
            json.WriteString("step", VerdictJson.Word(tap.Step));
            json.WriteNumber("event", tap.Event);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("waiting");
        foreach (var finding in verdict.Findings.Where(finding => !finding.Final))
        {
            json.WriteStartObject();
            json.WriteString("kind", VerdictJson.Word(finding.Kind));
            json.WriteNumber("session", finding.Session);
            VerdictJson.Kiosks(json, "kiosks", finding.WaitingFor, agency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        DecisionJson.Write(json, verdict.Inputs, agency);
        json.WriteStartArray("settledTimes");
        foreach (var tap in verdict.Taps)
        {
            if (!answer.Settled.TryGetValue(tap.Tap.Key, out var decision)) continue;
            json.WriteStartObject();
            VerdictJson.Moment(json, "at", tap.Tap.At, zone);
            json.WriteNumber("decision", decision.DecisionId);
            json.WriteString("document", decision.Document);
            json.WriteString("by", decision.DecidedBy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void LostKiosks(Utf8JsonWriter json, DayAnswer answer, ShiftVerdict verdict)
    {
        json.WriteStartArray("lostKiosks");
        foreach (var (kiosk, loss) in LostKioskSentences.Lost(verdict, answer))
        {
            json.WriteStartObject();
            json.WriteString("kiosk", answer.Agency.KiosksById[kiosk.Kiosk].Code);
            VerdictJson.Moment(json, "knownUntil", kiosk.KnownUntil, answer.Agency.Zone);
            json.WriteString("document", loss?.Document);
            json.WriteString("by", loss?.DeclaredBy);
            json.WriteString("confirmedBy", loss?.ConfirmedBy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Holes(Utf8JsonWriter json, ShiftVerdict verdict, AgencyData agency)
    {
        json.WriteStartArray("dataHoles");
        foreach (var (kiosk, from, to, lost) in DataHoleSentences.Holes(verdict))
        {
            json.WriteStartObject();
            json.WriteString("kiosk", agency.KiosksById[kiosk.Kiosk].Code);
            VerdictJson.Moment(json, "from", from, agency.Zone);
            VerdictJson.Moment(json, "to", to, agency.Zone);
            json.WriteBoolean("lost", lost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Leave(Utf8JsonWriter json, JudgedDay day, ShiftVerdict verdict, TimeZoneInfo zone)
    {
        json.WriteStartArray("leave");
        foreach (var (entry, afterwards) in day.LeaveOf(verdict, zone))
        {
            json.WriteStartObject();
            LeaveJson.Entry(json, entry, zone);
            json.WriteBoolean("afterwards", afterwards);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("withdrawnLeave");
        foreach (var row in day.Person.Withdrawn)
        {
            json.WriteStartObject();
            LeaveJson.Entry(json, row, zone);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Calendar(Utf8JsonWriter json, CalendarDay day)
    {
        json.WriteStartObject("calendar");
        json.WriteString("kind", VerdictJson.Word(day.Kind));
        json.WriteString("name", day.Name);
        json.WriteString("source", day.Source);
        json.WriteString("other", day.Other is { } other ? Grammar.Date(other) : null);
        json.WriteString("awaits", day.Awaits);
        json.WriteEndObject();
    }

    private static void Schedule(Utf8JsonWriter json, WorkSchedule schedule)
    {
        json.WriteStartObject("schedule");
        json.WriteString("code", schedule.Code);
        json.WriteString("name", schedule.Name);
        json.WriteString("from", Grammar.Date(schedule.From));
        json.WriteString("to", schedule.To is { } to ? Grammar.Date(to) : null);
        json.WritePropertyName("hours");
        json.WriteRawValue(ScheduleFormat.ToJson(schedule));
        json.WriteEndObject();
    }

    private static void Assignment(Utf8JsonWriter json, ScheduleAssignment assignment, AgencyData agency)
    {
        json.WriteStartObject("assignment");
        json.WriteString("unit", assignment.Unit is { } unit ? agency.UnitsById[unit].Code : null);
        json.WriteString("staff", assignment.Staff is { } staff ? agency.People.First(person => person.Row.StaffId == staff).Row.Code : null);
        json.WriteString("from", assignment.From is { } from ? Grammar.Date(from) : null);
        json.WriteString("to", assignment.To is { } to ? Grammar.Date(to) : null);
        json.WriteString("mode", VerdictJson.Word(assignment.Mode));
        json.WriteEndObject();
    }
}
