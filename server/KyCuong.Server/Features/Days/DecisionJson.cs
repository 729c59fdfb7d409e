using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Days;

/// <summary>What people decided of a shift, as <c>explain --format json</c> lists it.</summary>
internal static class DecisionJson
{
    /// <summary>Writes the properties <c>decisions</c>, <c>incidents</c> and <c>handKept</c>.</summary>
    public static void Write(Utf8JsonWriter json, JudgementInputs inputs, AgencyData agency)
    {
        json.WriteStartArray("decisions");
        foreach (var decision in inputs.Decisions)
        {
            json.WriteStartObject();
            json.WriteNumber("decision", decision.Id);
            json.WriteString("ruling", VerdictJson.Word(decision.Ruling));
            Session(json, decision.Session);
            json.WriteString("kind", decision.Kind is { } kind ? VerdictJson.Word(kind) : null);
            json.WriteString("document", decision.Document);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("incidents");
        foreach (var incident in inputs.Incidents)
        {
            json.WriteStartObject();
            json.WriteNumber("incident", incident.Id);
            VerdictJson.Moment(json, "from", incident.From, agency.Zone);
            VerdictJson.Moment(json, "to", incident.To, agency.Zone);
            json.WriteString("kiosk", incident.Kiosk is { } kiosk ? agency.KiosksById[kiosk].Code : null);
            json.WriteString("unit", incident.Unit is { } unit ? agency.UnitsById[unit].Code : null);
            json.WriteString("document", incident.Document);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (inputs.HandKept is not { } kept) return;
        json.WriteStartObject("handKept");
        json.WriteString("from", Grammar.Date(kept.From));
        json.WriteString("to", kept.To is { } to ? Grammar.Date(to) : null);
        json.WriteString("document", kept.Document);
        json.WriteStartArray("records");
        foreach (var mark in inputs.HandKeptMarks)
        {
            json.WriteStartObject();
            Session(json, mark.Session);
            json.WriteBoolean("present", mark.Present);
            json.WriteBoolean("confirmed", mark.Confirmed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Session(Utf8JsonWriter json, int? session)
    {
        if (session is { } index) json.WriteNumber("session", index);
        else json.WriteNull("session");
    }
}
