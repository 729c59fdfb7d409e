using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Queues;

/// <summary>The queues as <c>queues --format json</c> writes them.</summary>
internal static class QueueJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, QueueAnswer answer)
    {
        var (agency, zone) = (answer.Agency, answer.Agency.Zone);
        json.WriteStartObject();
        json.WriteString("from", Grammar.Date(answer.From));
        json.WriteString("to", Grammar.Date(answer.To));
        json.WriteNumber("gapSeconds", QueueBook.GapSeconds);
        json.WriteStartArray("queues");
        foreach (var queue in answer.Queues)
        {
            json.WriteStartObject();
            json.WriteString("kiosk", agency.KiosksById[queue.Queue.Kiosk].Code);
            json.WriteString("reader", queue.Queue.Reader);
            json.WriteString("from", MomentGrammar.Write(queue.Queue.Start, zone));
            json.WriteString("to", MomentGrammar.Write(queue.Queue.End, zone));
            json.WriteNumber("people", queue.Queue.Places.Count);
            json.WriteNumber("unknownBadges", queue.Queue.UnknownBadges);
            json.WriteStartArray("late");
            foreach (var late in queue.Late)
            {
                json.WriteStartObject();
                json.WriteString("staff", late.Person.Row.Code);
                json.WriteString("date", Grammar.Date(late.Date));
                json.WriteNumber("session", late.Arrival.Late.Session);
                json.WriteString("at", MomentGrammar.Write(late.Arrival.Late.Tap.At, zone));
                json.WriteString("limit", MomentGrammar.Write(late.Arrival.Late.Limit, zone));
                json.WriteNumber("lateMinutes", late.Arrival.Late.Minutes);
                json.WriteNumber("secondsPastLimit", late.Arrival.SecondsPastLimit);
                json.WriteNumber("peopleBefore", late.Arrival.Before);
                json.WriteString("standing", JsonNamingPolicy.CamelCase.ConvertName(late.Standing.ToString()));
                if (late.Document is { } document) json.WriteString("document", document);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
