using System.CommandLine;
using System.Text.Json;
using KyCuong.Protos.Journal;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// <c>kiosk conflicts</c>: what kiosks said that contradicts what they had said before, both sides as far as they are known, for whoever decides on
/// a release and for those whose taps are among it.
/// </summary>
internal static class KioskConflictsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var code = new Argument<string?>("CODE") { Description = KioskText.Get("help.conflicts.code"), Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("conflicts", KioskText.Get("help.conflicts")) { code };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(context, parse.GetValue(code), stop), cancel));
        return command;
    }

    /// <summary>Those of one kiosk; null: of all.</summary>
    /// <exception cref="CommandException">There is no such kiosk.</exception>
    internal static async Task<int> RunAsync(CommandContext context, string? code, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, null, cancel);
        var kiosk = code is null ? null : agency.KiosksById.Values.FirstOrDefault(one => one.Code == code) ?? throw new CommandException(KioskText.Get("end.unknown", code));
        var found = await Contradictions.ReadAsync(db, agency.Row.AgencyId, kiosk?.KioskId, cancel);
        if (context.Json) context.Console.Out.WriteLine(Json(found, agency));
        else if (found.Count == 0) context.Console.Out.WriteLine(KioskText.Get("conflicts.none"));
        else Table(found, agency).Write(context.Console);
        return 0;
    }

    private static PeopleTable Table(IReadOnlyList<Contradiction> found, AgencyData agency)
    {
        var table = new PeopleTable([KioskText.Get("conflicts.number"), KioskText.Get("conflicts.kiosk"), KioskText.Get("conflicts.came"), KioskText.Get("conflicts.stored"), KioskText.Get("conflicts.other")]);
        foreach (var one in found)
            table.Add(
                ClaimNumber.Of(one.Key), agency.KiosksById[one.KioskId].Name, TimeList.Shown(new Instant(one.ReceivedUs), agency),
                one.Stored is { } stored ? Said(stored, agency) : KioskText.Get("conflicts.nothing"), Said(one.Other, agency));
        return table;
    }

    private static string Said(ContradictedEntry entry, AgencyData agency)
    {
        if (entry.Kind is not { } kind) return KioskText.Get("conflicts.unknown");
        var at = entry.At is { } then ? TimeList.Shown(then, agency) : KioskText.Get("conflicts.untimed");
        if (kind is not (EntryKind.Tap or EntryKind.ClaimedTap)) return KioskText.Get("conflicts.event", KioskText.Get($"conflicts.kind.{kind}"), at);
        var names = string.Join(", ", agency.People.Where(person => entry.Staff.Contains(person.Row.StaffId)).Select(person => $"{person.Row.FullName} ({person.Row.Code})"));
        return KioskText.Get(kind == EntryKind.Tap ? "conflicts.tap" : "conflicts.claim", names.Length > 0 ? names : KioskText.Get("conflicts.nobody"), at, entry.Reader);
    }

    private static string Json(IReadOnlyList<Contradiction> found, AgencyData agency) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var one in found)
        {
            json.WriteStartObject();
            json.WriteString("entry", ClaimNumber.Of(one.Key));
            json.WriteString("kiosk", agency.KiosksById[one.KioskId].Code);
            json.WriteString("received", MomentGrammar.Write(new Instant(one.ReceivedUs), agency.Zone));
            Entry(json, "stored", one.Stored, agency);
            Entry(json, "other", one.Other, agency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Entry(Utf8JsonWriter json, string name, ContradictedEntry? entry, AgencyData agency)
    {
        if (entry is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("kind", entry.Kind?.ToString());
        json.WriteString("at", entry.At is { } at ? MomentGrammar.Write(at, agency.Zone) : null);
        json.WriteString("reader", entry.Reader.Length > 0 ? entry.Reader : null);
        json.WriteStartArray("staff");
        foreach (var person in agency.People.Where(person => entry.Staff.Contains(person.Row.StaffId))) json.WriteStringValue(person.Row.Code);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
