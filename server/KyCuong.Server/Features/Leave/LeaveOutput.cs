using System.Globalization;
using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Leave;

/// <summary>Entries of leave for people or as JSON.</summary>
internal static class LeaveOutput
{
    private static readonly string[] Columns = ["id", "staff", "name", "dates", "part", "kind", "document", "entered", "approved", "state"];

    /// <summary>Writes a list.</summary>
    public static void Write(ICommandConsole console, bool json, LeaveList list)
    {
        if (json) console.Out.WriteLine(JsonText.Of(writer => WriteJson(writer, list)));
        else if (list.Entries.Count == 0) console.Out.WriteLine(LeaveText.Get("list.none"));
        else
        {
            var table = new PeopleTable(Columns.Select(column => LeaveText.Get($"list.{column}")), 0);
            foreach (var (person, row) in list.Entries)
            {
                var entry = LeaveRecords.EntryOf(row);
                table.Add(
                    row.LeaveId.ToString(CultureInfo.InvariantCulture), person.Code, person.FullName, Dates(row), LeavePhrases.Of(entry.Part), LeavePhrases.Of(entry.Kind), row.Document ?? "–",
                    Local(row.EnteredUs, list.Agency), row.ApprovedUs is { } approved ? Local(approved, list.Agency) : LeaveText.Get("list.byImport"),
                    row.WithdrawnUs is { } withdrawn ? LeaveText.Get("list.withdrawn", Local(withdrawn, list.Agency), row.WithdrawnDocument, row.WithdrawnReason) : LeaveText.Get("list.inForce"));
            }

            table.Write(console);
        }
    }

    /// <summary>Says what was withdrawn.</summary>
    public static void WriteWithdrawn(ICommandConsole console, bool json, LeaveList list)
    {
        if (json)
        {
            Write(console, json, list);
            return;
        }

        var (person, row) = list.Entries[0];
        var entry = LeaveRecords.EntryOf(row);
        console.Out.WriteLine(LeaveText.Get("withdraw.done", row.LeaveId, person.FullName, person.Code, LeavePhrases.Of(entry.Kind), LeavePhrases.Of(entry.Part), Dates(row)));
    }

    /// <summary>01/06/2026 08:00 in the agency's zone.</summary>
    public static string Local(long us, AgencyRow agency) =>
        new Instant(us).In(TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone)).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);

    private static string Dates(LeaveRow row) => row.FromDate == row.ToDate ? Date(row.FromDate) : $"{Date(row.FromDate)} – {Date(row.ToDate)}";

    private static string Date(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    private static void WriteJson(Utf8JsonWriter json, LeaveList list)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(list.Agency.TimeZone);
        json.WriteStartArray();
        foreach (var (person, row) in list.Entries)
        {
            json.WriteStartObject();
            json.WriteNumber("id", row.LeaveId);
            json.WriteString("staff", person.Code);
            LeaveJson.Entry(json, row, zone);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
