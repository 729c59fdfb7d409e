using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Judging;

/// <summary>An entry of leave as programs read it.</summary>
internal static class LeaveJson
{
    /// <summary>Its members into an open object: <c>withdrawn</c> is null while it is in force.</summary>
    public static void Entry(Utf8JsonWriter json, LeaveRow row, TimeZoneInfo zone)
    {
        Entry(json, LeaveRecords.EntryOf(row), zone);
        if (row.WithdrawnUs is not { } withdrawn)
        {
            json.WriteNull("withdrawn");
            return;
        }

        json.WriteStartObject("withdrawn");
        json.WriteString("at", MomentGrammar.Write(new Instant(withdrawn), zone));
        json.WriteString("document", row.WithdrawnDocument);
        json.WriteString("reason", row.WithdrawnReason);
        json.WriteEndObject();
    }

    /// <summary>What the rules know of it.</summary>
    public static void Entry(Utf8JsonWriter json, LeaveEntry entry, TimeZoneInfo zone)
    {
        json.WriteString("from", Grammar.Date(entry.From));
        json.WriteString("to", Grammar.Date(entry.To));
        json.WriteString("part", entry.Part.ToString());
        json.WriteString("kind", entry.Kind.Word());
        json.WriteString("document", entry.Document);
        json.WriteString("enteredAt", MomentGrammar.Write(entry.EnteredAt, zone));
        json.WriteString("approvedAt", entry.ApprovedAt is { } approved ? MomentGrammar.Write(approved, zone) : null);
    }
}
