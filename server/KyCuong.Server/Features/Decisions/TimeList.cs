using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Decisions;

/// <summary><c>time list</c>: taps whose time is pending with all that is known of them, and what was decided.</summary>
internal static class TimeList
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var all = new Option<bool>("--all") { Description = DecisionText.Get("help.time.all") };
        var command = new Command("list", DecisionText.Get("help.time.list")) { all };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => ListAsync(context, parse.GetValue(all), stop), cancel));
        return command;
    }

    /// <summary>Taps that wait; with <paramref name="all"/> also every decision, on a line of its own.</summary>
    internal static async Task<int> ListAsync(CommandContext context, bool all, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, null, cancel);
        var id = agency.Row.AgencyId;
        var lines = (await PendingTimes.ReadAsync(db, id, cancel)).Where(tap => tap.Decision is null)
            .Select(tap => new Line(tap.Key, tap.KioskId, tap.Row.BootId, tap.Row.BootTimeUs, tap.Row, tap, null)).ToList();
        if (all)
            lines.AddRange(await (
                from decision in db.TimeDecisions
                join journal in db.Journals on decision.JournalId equals journal.JournalId
                from tap in db.Taps.Where(one => one.JournalId == decision.JournalId && one.Sequence == decision.Sequence).DefaultIfEmpty()
                where decision.AgencyId == id
                orderby decision.DecisionId
                select new Line(new TapKey(decision.JournalId, decision.Sequence), journal.KioskId, decision.BootId, decision.BootTimeUs, tap, null, decision)).ToListAsync(cancel));
        if (context.Json) context.Console.Out.WriteLine(Json(lines, agency));
        else if (lines.Count == 0) context.Console.Out.WriteLine(DecisionText.Get(all ? "time.none" : "time.noneWaiting"));
        else Table(lines, agency).Write(context.Console);
        return 0;
    }

    /// <summary>13/05/2026 07:04:00 in the agency's zone.</summary>
    public static string Shown(Instant at, AgencyData agency) => at.In(agency.Zone).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Json(IReadOnlyList<Line> lines, AgencyData agency) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("tap", ClaimNumber.Of(line.Key));
            json.WriteString("kiosk", agency.KiosksById[line.Kiosk].Code);
            json.WriteString("boot", line.Boot);
            json.WriteNumber("secondsSinceBoot", Math.Round(line.BootTimeUs / 1e6, 3));
            json.WriteString("direction", line.Tap is { } tap ? PendingTimes.Word(tap.Direction) : null);
            json.WriteString("wallClock", WallClock(line.Tap) is { } hint ? MomentGrammar.Write(hint, agency.Zone) : null);
            if (line.Pending is { } pending)
            {
                json.WriteString("after", MomentGrammar.Write(pending.From, agency.Zone));
                json.WriteString("before", MomentGrammar.Write(pending.To, agency.Zone));
                json.WriteStartArray("staff");
                foreach (var person in People(pending, agency)) json.WriteStringValue(person.Code);
                json.WriteEndArray();
            }

            Decision(json, line.Decision, agency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Decision(Utf8JsonWriter json, TimeDecisionRow? decision, AgencyData agency)
    {
        if (decision is null)
        {
            json.WriteNull("decision");
            return;
        }

        json.WriteStartObject("decision");
        json.WriteNumber("number", decision.DecisionId);
        json.WriteString("ruling", decision.Ruling);
        json.WriteString("at", decision.AtUs is { } at ? MomentGrammar.Write(new Instant(at), agency.Zone) : null);
        if (decision.UncertaintyUs is { } within) json.WriteNumber("withinMinutes", within / Instant.PerMinute);
        json.WriteBoolean("wholeBoot", decision.WholeBoot);
        json.WriteString("document", decision.Document);
        json.WriteString("by", decision.DecidedBy);
        json.WriteString("withdrawnBy", decision.WithdrawnDocument);
        json.WriteEndObject();
    }

    private static PeopleTable Table(IReadOnlyList<Line> lines, AgencyData agency)
    {
        var table = new PeopleTable([DecisionText.Get("column.number"), DecisionText.Get("column.kiosk"), DecisionText.Get("column.name"), DecisionText.Get("column.after"), DecisionText.Get("column.before"),
            DecisionText.Get("column.boot"), DecisionText.Get("column.sinceBoot"), DecisionText.Get("column.wallClock"), DecisionText.Get("column.standing"), DecisionText.Get("column.document"), DecisionText.Get("column.by")]);
        foreach (var line in lines)
            table.Add(
                ClaimNumber.Of(line.Key), agency.KiosksById[line.Kiosk].Name,
                line.Pending is { } waiting ? string.Join(", ", People(waiting, agency).Select(person => $"{person.FullName} ({person.Code})")) is { Length: > 0 } names ? names : DecisionText.Get("time.nobody") : "",
                line.Pending is { } from ? Shown(from.From, agency) : "", line.Pending is { } to ? Shown(to.To, agency) : "",
                line.Boot, TimeSpan.FromMicroseconds(line.BootTimeUs).ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
                WallClock(line.Tap) is { } hint ? Shown(hint, agency) : "?", Standing(line.Decision, agency), line.Decision?.Document ?? "", line.Decision?.DecidedBy ?? "");
        return table;
    }

    private static string Standing(TimeDecisionRow? decision, AgencyData agency) => decision is null ? DecisionText.Get("time.waits") : DecisionText.Get(
        decision.WithdrawnUs is null ? "time.standing" : "time.standing.withdrawn",
        decision.AtUs is { } at ? Shown(new Instant(at), agency) : DecisionText.Get("time.ruling.dismissed"), decision.DecisionId, decision.WithdrawnDocument);

    private static IEnumerable<StaffRow> People(PendingTap tap, AgencyData agency) =>
        agency.People.Where(person => tap.Staff.Contains(person.Row.StaffId)).Select(person => person.Row).OrderBy(person => person.Code, StringComparer.Ordinal);

    /// <summary>What the kiosk's wall clock said, where it is a moment of the grammar at all.</summary>
    private static Instant? WallClock(TapRow? tap) =>
        tap?.WallClockUs is > -2_000_000_000_000_000 and < 250_000_000_000_000_000 and var said ? new Instant(said) : null;

    /// <summary>A tap that waits, or a decision; <paramref name="Tap"/> is null when that is erased.</summary>
    private sealed record Line(TapKey Key, long Kiosk, byte[] BootId, long BootTimeUs, TapRow? Tap, PendingTap? Pending, TimeDecisionRow? Decision)
    {
        public string Boot => Convert.ToHexStringLower(BootId)[..8];
    }
}
