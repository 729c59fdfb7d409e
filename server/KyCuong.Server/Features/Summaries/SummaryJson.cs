using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Summaries;

/// <summary>The summary as design section 9 writes it: part of the contract, changed only with a version.</summary>
internal static class SummaryJson
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, SummaryResult summary)
    {
        json.WriteStartObject();
        Period(json, summary);
        json.WriteStartObject("agency");
        json.WriteString("code", summary.Agency.Row.Code);
        json.WriteString("name", summary.Agency.Row.Name);
        json.WriteString("superior", summary.Agency.Row.Superior);
        json.WriteString("onlyUnit", summary.Top?.Code);
        json.WriteNumber("people", summary.People.Count);
        Figures(json, summary.Total);
        json.WriteEndObject();
        json.WriteStartArray("units");
        foreach (var line in summary.Units)
        {
            json.WriteStartObject();
            json.WriteString("unit", line.Unit.Code);
            json.WriteString("name", line.Unit.Name);
            json.WriteString("head", summary.Agency.Heads.Own(line.Unit.UnitId, summary.Period.To));
            json.WriteNumber("people", line.People);
            Figures(json, line.Figures);
            json.WriteStartObject("withUnitsBelow");
            Figures(json, summary.Subtree(line.Unit));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("heads");
        foreach (var line in summary.Heads)
        {
            json.WriteStartObject();
            json.WriteString("head", line.Code);
            json.WriteString("name", line.Name);
            json.WriteStartArray("units");
            foreach (var unit in line.Units) json.WriteStringValue(unit.Code);
            json.WriteEndArray();
            Figures(json, line.Figures);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("people");
        foreach (var line in summary.People.OrderBy(line => line.Person.Row.Code, StringComparer.Ordinal)) Person(json, line, summary.Agency);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Period(Utf8JsonWriter json, SummaryResult summary)
    {
        var zone = summary.Agency.Zone;
        json.WriteStartObject("period");
        json.WriteString("from", Grammar.Date(summary.Period.From));
        json.WriteString("to", Grammar.Date(summary.Period.To));
        json.WriteString("madeAt", MomentGrammar.Write(summary.MadeAt, zone));
        json.WriteBoolean("final", summary.IsFinal);
        json.WriteString("logHead", summary.LogHead.ToString());
        json.WriteStartArray("waitingFor");
        foreach (var waited in summary.WaitedFor) json.WriteStringValue(waited.Kiosk.Code);
        json.WriteEndArray();
        json.WriteStartArray("awaitingNotice");
        foreach (var day in summary.Awaited) json.WriteStringValue(Grammar.Date(day.Date));
        json.WriteEndArray();
        json.WriteStartArray("schedules");
        foreach (var schedule in summary.Schedules)
        {
            json.WriteStartObject();
            json.WriteString("code", schedule.Code);
            json.WriteString("from", Grammar.Date(schedule.From));
            json.WriteString("to", schedule.To is { } to ? Grammar.Date(to) : null);
            json.WritePropertyName("hours");
            json.WriteRawValue(ScheduleFormat.ToJson(schedule));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Person(Utf8JsonWriter json, PersonLine line, AgencyData agency)
    {
        json.WriteStartObject();
        json.WriteString("staff", line.Person.Row.Code);
        json.WriteString("name", line.Person.Row.FullName);
        json.WriteString("unit", line.Unit.Code);
        json.WriteStartArray("byUnit");
        foreach (var (unit, figures) in line.Period.ByUnit)
        {
            json.WriteStartObject();
            json.WriteString("unit", agency.UnitsById[unit].Code);
            Figures(json, figures);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Figures(json, line.Period.Total);
        json.WriteEndObject();
    }

    private static void Figures(Utf8JsonWriter json, PeriodFigures figures)
    {
        foreach (var figure in Figure.All)
            if (figure.Of(figures) is { } value) json.WriteNumber(figure.Name, value);
            else json.WriteNull(figure.Name);
    }
}
