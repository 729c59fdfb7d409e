using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Resources;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Writes what the commands about kiosks found, for people or as JSON.</summary>
internal static class KioskOutput
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Columns = ["code", "name", "state", "seen", "known", "unsent", "certificate"];

    /// <summary>The one-time code, its end, and the command to type at the kiosk.</summary>
    public static void WriteInvitation(CommandContext context, KioskInvitation invitation, IReadOnlyList<string> servers, bool running)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(invitation.TimeZone);
        var output = context.Console.Out;
        var code = invitation.Code.ToString();
        if (context.Json)
        {
            output.WriteLine(Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("kiosk", invitation.Kiosk);
                json.WriteString("code", code);
                json.WriteString("expires", Iso(invitation.ExpiresUs, zone));
                json.WriteStartArray("servers");
                foreach (var server in servers) json.WriteStringValue(server);
                json.WriteEndArray();
                json.WriteBoolean("serverRunning", running);
                json.WriteEndObject();
            }));
            return;
        }

        output.WriteLine(KioskText.Get(invitation.Anew ? "add.again" : "add.done", invitation.Kiosk));
        output.WriteLine(KioskText.Get("add.secret", Local(invitation.ExpiresUs, zone)));
        output.WriteLine($"  {code}");
        output.WriteLine(KioskText.Get("add.run"));
        output.WriteLine($"  KyCuong.Kiosk enrol --server {servers[0]} --code {code}");
        if (servers.Count > 1) output.WriteLine(KioskText.Get("add.others", string.Join(", ", servers.Skip(1))));
        if (!running) output.WriteLine(KioskText.Get("add.notRunning"));
    }

    /// <summary>The list as a table or as JSON, ending with a new line.</summary>
    public static string ListOf(CommandContext context, AgencyRow agency, IReadOnlyList<KioskListItem> kiosks)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone);
        if (context.Json) return JsonOf(kiosks, zone) + Environment.NewLine;
        return kiosks.Count == 0 ? KioskText.Get("list.none", agency.Code) + Environment.NewLine : TableOf(kiosks, zone, context.Console.IsTerminal ? context.Console.Width : null);
    }

    private static string TableOf(IReadOnlyList<KioskListItem> kiosks, TimeZoneInfo zone, int? terminal)
    {
        var table = new PeopleTable(Columns.Select(column => KioskText.Get("list." + column)), 5);
        foreach (var kiosk in kiosks)
        {
            var state = KioskText.Get("state." + kiosk.State)
                + (kiosk.Connected ? ", " + KioskText.Get("list.connected") : "")
                + (kiosk.Quarantined ? ", " + KioskText.Get("list.quarantined") : "")
                + (kiosk.Loss is { } loss ? ", " + KioskText.Get(kiosk.LossOvertaken ? "list.lostOvertaken" : "list.lost", Local(loss.KnownUntilUs, zone), loss.Document) : "");
            table.Add(
                kiosk.Code, kiosk.Name, state, Local(kiosk.SeenUs, zone), Local(kiosk.KnownUntilUs, zone),
                kiosk.Unsent?.ToString("#,##0", TextSource.Vietnamese) ?? "–", Local(kiosk.CertificateEndUs, zone));
        }

        return table.ToText(terminal);
    }

    private static string JsonOf(IReadOnlyList<KioskListItem> kiosks, TimeZoneInfo zone) => Json(json =>
    {
        json.WriteStartArray();
        foreach (var kiosk in kiosks)
        {
            json.WriteStartObject();
            json.WriteString("code", kiosk.Code);
            json.WriteString("name", kiosk.Name);
            json.WriteString("unit", kiosk.Unit);
            json.WriteString("state", kiosk.State);
            json.WriteBoolean("quarantined", kiosk.Quarantined);
            json.WriteBoolean("connected", kiosk.Connected);
            WriteInstant(json, "enrolled", kiosk.EnrolledUs, zone);
            WriteInstant(json, "lastSeen", kiosk.SeenUs, zone);
            WriteInstant(json, "knownUntil", kiosk.KnownUntilUs, zone);
            if (kiosk.Unsent is { } unsent) json.WriteNumber("unsent", unsent);
            else json.WriteNull("unsent");
            WriteInstant(json, "certificateEnd", kiosk.CertificateEndUs, zone);
            json.WriteString("software", kiosk.Software);
            if (kiosk.Loss is { } loss)
            {
                json.WriteStartObject("lost");
                WriteInstant(json, "knownUntil", loss.KnownUntilUs, zone);
                json.WriteString("document", loss.Document);
                json.WriteString("by", loss.DeclaredBy);
                json.WriteString("confirmedBy", loss.ConfirmedBy);
                WriteInstant(json, "at", loss.EnteredUs, zone);
                json.WriteBoolean("overtaken", kiosk.LossOvertaken);
                json.WriteEndObject();
            }
            else json.WriteNull("lost");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented)) write(json);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, long? us, TimeZoneInfo zone)
    {
        if (us is { } instant) json.WriteString(name, Iso(instant, zone));
        else json.WriteNull(name);
    }

    private static string Iso(long us, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(UnixTime.FromUs(us), zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Local(long? us, TimeZoneInfo zone) =>
        us is { } instant ? TimeZoneInfo.ConvertTime(UnixTime.FromUs(instant), zone).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture) : "–";
}
