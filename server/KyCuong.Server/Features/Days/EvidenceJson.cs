using System.Text.Json;
using KyCuong.Protos.Journal;
using KyCuong.Rules;
using KyCuong.Server.Ingest;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Days;

/// <summary>What stands beside late arrivals, as <c>day</c> and <c>explain</c> write it in JSON.</summary>
internal static class EvidenceJson
{
    /// <summary>Writes the property <c>lateEvidence</c>; it is not there when there is nothing to tell.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<LateEvidence> evidence, AgencyData agency)
    {
        if (evidence.Count == 0) return;
        json.WriteStartArray("lateEvidence");
        foreach (var one in evidence)
        {
            json.WriteStartObject();
            json.WriteNumber("session", one.Late.Session);
            VerdictJson.Moment(json, "at", one.Late.Tap.At, agency.Zone);
            json.WriteString("kiosk", agency.KiosksById.GetValueOrDefault(one.Late.Tap.Kiosk)?.Code);
            json.WriteString("reader", one.Late.Tap.Reader);
            json.WriteStartArray("readerTrouble");
            foreach (var trouble in one.Troubles) Trouble(json, one, trouble, agency);
            json.WriteEndArray();
            if (one.Queue is { } queued) Queue(json, queued, agency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Queue(Utf8JsonWriter json, QueuedArrival queued, AgencyData agency)
    {
        json.WriteStartObject("queue");
        VerdictJson.Moment(json, "from", queued.Queue.Start, agency.Zone);
        VerdictJson.Moment(json, "to", queued.Queue.End, agency.Zone);
        json.WriteNumber("people", queued.Queue.Places.Count);
        // Only where there is something to say.
        if (queued.Queue.UnknownBadges is > 0 and var unknown) json.WriteNumber("unknownBadges", unknown);
        json.WriteNumber("peopleBefore", queued.Before);
        VerdictJson.Moment(json, "limit", queued.Late.Limit, agency.Zone);
        json.WriteNumber("lateMinutes", queued.Late.Minutes);
        json.WriteNumber("secondsPastLimit", queued.SecondsPastLimit);
        json.WriteEndObject();
    }

    private static void Trouble(Utf8JsonWriter json, LateEvidence evidence, ReaderTrouble trouble, AgencyData agency)
    {
        json.WriteStartObject();
        VerdictJson.Moment(json, "at", trouble.At, agency.Zone);
        json.WriteString("reader", trouble.Reader);
        json.WriteBoolean("sameReader", trouble.Reader == evidence.Late.Tap.Reader);
        json.WriteString("kind", VerdictJson.Word(trouble.What.Kind));
        // The person is never known: there is no member for one.
        if (trouble.What is RefusedReadEntry refused)
        {
            json.WriteString("reason", TroublePhrases.Word(refused.Reason));
            json.WriteNumber("count", refused.Count);
        }

        if (trouble.What is ReaderFaultEntry fault) json.WriteString("fault", TroublePhrases.Word(fault.Fault));
        if (trouble.What is ReaderRecoveryEntry recovery) json.WriteNumber("downForSeconds", recovery.DownForUs / 1_000_000);
        json.WriteString("words", TroublePhrases.Of(trouble));
        json.WriteEndObject();
    }
}
