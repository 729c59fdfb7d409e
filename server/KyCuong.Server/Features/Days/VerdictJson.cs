using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Days;

/// <summary>Verdicts as design section 9 writes them: part of the contract, changed only with a version.</summary>
internal static class VerdictJson
{
    /// <summary>The array of <c>day --format json</c>.</summary>
    public static void Write(Utf8JsonWriter json, DayAnswer answer, bool explain)
    {
        json.WriteStartArray();
        foreach (var day in answer.Days)
            foreach (var (verdict, evidence) in day.Shifts)
            {
                json.WriteStartObject();
                Shift(json, answer.Agency, day.Person, verdict);
                if (explain) ExplanationJson.Write(json, answer, day, verdict);
                EvidenceJson.Write(json, evidence, answer.Agency);
                json.WriteEndObject();
            }

        json.WriteEndArray();
    }

    /// <summary>The words of the contract for an enumeration: its names in camel case.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>A moment, or null.</summary>
    public static void Moment(Utf8JsonWriter json, string name, Instant? moment, TimeZoneInfo zone)
    {
        if (moment is { } instant) json.WriteString(name, MomentGrammar.Write(instant, zone));
        else json.WriteNull(name);
    }

    /// <summary>Codes of kiosks.</summary>
    public static void Kiosks(Utf8JsonWriter json, string name, IReadOnlyList<long> kiosks, AgencyData agency)
    {
        json.WriteStartArray(name);
        foreach (var kiosk in kiosks) json.WriteStringValue(agency.KiosksById[kiosk].Code);
        json.WriteEndArray();
    }

    private static void Shift(Utf8JsonWriter json, AgencyData agency, PersonData person, ShiftVerdict verdict)
    {
        json.WriteString("staff", person.Row.Code);
        json.WriteString("date", Grammar.Date(verdict.Date));
        json.WriteString("schedule", verdict.Schedule?.Code);
        json.WriteString("state", Word(verdict.State));
        json.WriteBoolean("final", verdict.Final);
        Kiosks(json, "waitingFor", verdict.WaitingFor, agency);
        json.WriteBoolean("unscheduled", verdict.Unscheduled);
        json.WriteNumber("workedMinutes", verdict.WorkedMinutes);
        json.WriteNumber("presentMinutes", verdict.PresentMinutes);
        json.WriteNumber("lateMinutes", verdict.LateMinutes);
        json.WriteNumber("earlyMinutes", verdict.EarlyMinutes);
        json.WriteStartArray("sessions");
        foreach (var session in verdict.Sessions) Session(json, session, agency.Zone);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in verdict.Findings) Finding(json, finding);
        json.WriteEndArray();
        json.WriteStartArray("taps");
        foreach (var tap in verdict.Taps) Tap(json, tap, agency);
        json.WriteEndArray();
        if (verdict.HandKept) json.WriteBoolean("handKept", true);
        if (verdict.Inputs.Claims.Count > 0) Claims(json, verdict.Inputs.Claims, agency);
        if (verdict.Inputs.Untimed.Count > 0) Untimed(json, verdict.Inputs.Untimed, agency);
    }

    /// <summary>Taps whose time is pending: they may still become taps of this shift.</summary>
    private static void Untimed(Utf8JsonWriter json, IReadOnlyList<UntimedTap> taps, AgencyData agency)
    {
        json.WriteStartArray("timePending");
        foreach (var tap in taps)
        {
            json.WriteStartObject();
            json.WriteString("tap", ClaimNumber.Of(tap.Key));
            Moment(json, "after", tap.From, agency.Zone);
            Moment(json, "before", tap.To, agency.Zone);
            json.WriteString("kiosk", agency.KiosksById[tap.Kiosk].Code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Staff codes entered that nobody has confirmed or rejected yet: they may still become taps.</summary>
    private static void Claims(Utf8JsonWriter json, IReadOnlyList<WaitingClaim> claims, AgencyData agency)
    {
        json.WriteStartArray("claims");
        foreach (var claim in claims)
        {
            json.WriteStartObject();
            json.WriteString("claim", ClaimNumber.Of(claim.Key));
            Moment(json, "at", claim.At, agency.Zone);
            json.WriteString("kiosk", agency.KiosksById[claim.Kiosk].Code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Session(Utf8JsonWriter json, SessionVerdict session, TimeZoneInfo zone)
    {
        json.WriteStartObject();
        Moment(json, "start", session.Start, zone);
        Moment(json, "end", session.End, zone);
        Moment(json, "in", session.In, zone);
        Moment(json, "out", session.Out, zone);
        json.WriteNumber("lateMinutes", session.LateMinutes);
        json.WriteNumber("earlyMinutes", session.EarlyMinutes);
        json.WriteBoolean("missingIn", session.MissingIn);
        json.WriteBoolean("missingOut", session.MissingOut);
        json.WriteBoolean("absent", session.Absent);
        json.WriteString("leave", session.Leave?.Word());
        json.WriteEndObject();
    }

    private static void Finding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("kind", Word(finding.Kind));
        json.WriteNumber("session", finding.Session);
        json.WriteNumber("minutes", finding.Minutes);
        json.WriteBoolean("final", finding.Final);
        // Only where there is something to say: most findings stand.
        if (finding.Standing != FindingStanding.Stands) json.WriteString("standing", Word(finding.Standing));
        if (finding.Instead is { } instead) json.WriteString("insteadOf", Word(instead));
        json.WriteEndObject();
    }

    private static void Tap(Utf8JsonWriter json, TapVerdict tap, AgencyData agency)
    {
        json.WriteStartObject();
        Moment(json, "at", tap.Tap.At, agency.Zone);
        json.WriteString("direction", tap.Direction == TapDirection.None ? null : Word(tap.Direction));
        json.WriteString("use", Word(tap.Use));
        json.WriteString("kiosk", agency.KiosksById.GetValueOrDefault(tap.Tap.Kiosk)?.Code);
        json.WriteString("reader", tap.Tap is { Badgeless: true, Reader: "" } ? null : tap.Tap.Reader);
        // Rounded up: an uncertainty is a promise.
        json.WriteNumber("uncertaintyMs", (tap.Tap.UncertaintyMicros + 999) / 1000);
        json.WriteBoolean("inferred", tap.Inferred);
        if (tap.Tap.Badgeless) json.WriteBoolean("badgeless", true);
        json.WriteEndObject();
    }
}
