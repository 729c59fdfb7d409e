using System.CommandLine;
using System.Globalization;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using ClaimCheck = KyCuong.Protos.V1.ClaimCheck;
using Direction = KyCuong.Protos.V1.Direction;

namespace KyCuong.Server.Features.Decisions;

/// <summary>
/// <c>claim list | confirm | reject | withdraw</c>: staff codes entered while the server could not be asked. Nobody decides of
/// their own; until somebody does, the claim is neither presence nor absence.
/// </summary>
public static class ClaimCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => new("claim", DecisionText.Get("help.claim"))
    {
        Decide(host, "confirm", ClaimDecisionRow.Confirmed), Decide(host, "reject", ClaimDecisionRow.Rejected), Withdraw(host), List(host),
    };

    private static Command Decide(CommandHost host, string name, string ruling)
    {
        var claim = new Argument<string>("SỐ") { Description = DecisionText.Get("help.claim.number") };
        var document = Deciding.DocumentOption();
        var by = Deciding.ByOption("help.claim.by");
        var command = new Command(name, DecisionText.Get($"help.claim.{name}")) { claim, document, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => DecideAsync(
            context, ruling, parse.GetRequiredValue(claim), parse.GetRequiredValue(document), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    /// <summary>Stores a decision; the tap becomes the person's, or nobody's, at once.</summary>
    internal static async Task<int> DecideAsync(CommandContext context, string ruling, string claim, string document, string by, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        if (ClaimNumber.Parse(claim) is not { } key) throw CommandOptions.Wrong("SỐ", claim, DecisionText.Get("claim.malformed"));
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var (db, agency) = (deciding.Db, deciding.Agency);
        var tap = await db.Taps.AsNoTracking().SingleOrDefaultAsync(
                row => row.AgencyId == agency.Row.AgencyId && row.JournalId == key.Journal && row.Sequence == key.Sequence && row.Claim == ClaimCheck.Unverified, cancel)
            ?? throw new CommandException(DecisionText.Get("claim.unknown", claim));
        if (await db.ClaimDecisions.FirstOrDefaultAsync(row => row.JournalId == key.Journal && row.Sequence == key.Sequence && row.WithdrawnUs == null, cancel) is { } before)
            throw new CommandException(DecisionText.Get("claim.already", claim, DecisionText.Get($"claim.{before.Ruling}"), before.DecisionId, before.Document));
        var decider = deciding.By(by);
        if (decider == tap.StaffCode) throw CommandOptions.Wrong("--by", by, DecisionText.Get("claim.own"));
        if (ruling == ClaimDecisionRow.Confirmed) agency.Person(tap.StaffCode!);
        var row = new ClaimDecisionRow
        {
            AgencyId = agency.Row.AgencyId,
            JournalId = key.Journal,
            Sequence = key.Sequence,
            Ruling = ruling,
            Document = paper,
            DecidedBy = decider,
            EnteredUs = deciding.NowUs,
        };
        db.ClaimDecisions.Add(row);
        await deciding.ResolveTapsAsync(null, cancel);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get($"claim.decided.{ruling}", row.DecisionId, claim, tap.StaffCode, paper));
        return 0;
    }

    private static Command Withdraw(CommandHost host)
    {
        var number = new Argument<long>("SỐ-THỨ-TỰ") { Description = DecisionText.Get("help.number") };
        var document = Deciding.DocumentOption("help.withdrawDocument");
        var command = new Command("withdraw", DecisionText.Get("help.claim.withdraw")) { number, document };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => WithdrawAsync(context, parse.GetValue(number), parse.GetRequiredValue(document), stop), cancel));
        return command;
    }

    /// <summary>Takes a decision back, once; the claim waits again.</summary>
    internal static async Task<int> WithdrawAsync(CommandContext context, long number, string document, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var (db, agency) = (deciding.Db, deciding.Agency.Row.AgencyId);
        var row = await db.ClaimDecisions.SingleOrDefaultAsync(one => one.AgencyId == agency && one.DecisionId == number, cancel)
            ?? throw new CommandException(DecisionText.Get("claim.noDecision", number));
        if (row.WithdrawnDocument is { } already) throw new CommandException(DecisionText.Get("already", number, already));
        (row.WithdrawnUs, row.WithdrawnDocument) = (deciding.NowUs, paper);
        var bucket = await db.BadgelessTaps.Where(tap => tap.AgencyId == agency && tap.JournalId == row.JournalId && tap.Sequence == row.Sequence).Select(tap => (int?)tap.Bucket).FirstOrDefaultAsync(cancel);
        await deciding.ResolveTapsAsync(bucket is { } day ? DateOnly.FromDayNumber(day) : null, cancel);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get("claim.withdrawn", number, paper));
        return 0;
    }

    private static Command List(CommandHost host)
    {
        var all = new Option<bool>("--all") { Description = DecisionText.Get("help.claim.all") };
        var command = new Command("list", DecisionText.Get("help.claim.list")) { all };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => ListAsync(context, parse.GetValue(all), stop), cancel));
        return command;
    }

    /// <summary>Claims that wait; with <paramref name="all"/> also those decided, each decision on a line.</summary>
    internal static async Task<int> ListAsync(CommandContext context, bool all, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, null, cancel);
        var id = agency.Row.AgencyId;
        var waiting = await (
            from unresolved in db.UnresolvedTaps
            join tap in db.Taps on new { unresolved.JournalId, unresolved.Sequence } equals new { tap.JournalId, tap.Sequence }
            join journal in db.Journals on unresolved.JournalId equals journal.JournalId
            where unresolved.AgencyId == id && unresolved.Reason == UnresolvedReason.Unverified
            select new Line(tap.JournalId, tap.Sequence, journal.KioskId, tap.StaffCode!, tap.Direction, unresolved.AtUs, null)).ToListAsync(cancel);
        var decided = !all ? [] : await (
            from decision in db.ClaimDecisions
            join tap in db.Taps on new { decision.JournalId, decision.Sequence } equals new { tap.JournalId, tap.Sequence }
            join journal in db.Journals on decision.JournalId equals journal.JournalId
            where decision.AgencyId == id
            // As it was stamped: what it came to does not matter any more.
            select new Line(tap.JournalId, tap.Sequence, journal.KioskId, tap.StaffCode!, tap.Direction, tap.ServerMinusBootUs == null ? null : tap.BootTimeUs + tap.ServerMinusBootUs, decision)).ToListAsync(cancel);
        var lines = waiting.Concat(decided).OrderBy(line => line.AtUs ?? long.MaxValue).ThenBy(line => line.Journal).ThenBy(line => line.Sequence).ThenBy(line => line.Decision?.DecisionId ?? 0).ToList();
        if (context.Json) context.Console.Out.WriteLine(Json(lines, agency));
        else if (lines.Count == 0) context.Console.Out.WriteLine(DecisionText.Get(all ? "claim.none" : "claim.noneWaiting"));
        else Table(lines, agency).Write(context.Console);
        return 0;
    }

    private static string Json(IReadOnlyList<Line> lines, AgencyData agency) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("claim", line.Number);
            json.WriteString("at", line.AtUs is { } at ? MomentGrammar.Write(new Instant(at), agency.Zone) : null);
            json.WriteString("kiosk", agency.KiosksById[line.Kiosk].Code);
            json.WriteString("staff", line.StaffCode);
            json.WriteString("name", agency.FindPerson(line.StaffCode)?.Row.FullName);
            json.WriteString("direction", line.Direction switch { Direction.In => "in", Direction.Out => "out", _ => null });
            if (line.Decision is { } decision)
            {
                json.WriteStartObject("decision");
                json.WriteNumber("number", decision.DecisionId);
                json.WriteString("ruling", decision.Ruling);
                json.WriteString("document", decision.Document);
                json.WriteString("by", decision.DecidedBy);
                json.WriteString("withdrawnBy", decision.WithdrawnDocument);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("decision");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static PeopleTable Table(IReadOnlyList<Line> lines, AgencyData agency)
    {
        var table = new PeopleTable([DecisionText.Get("column.number"), DecisionText.Get("column.at"), DecisionText.Get("column.kiosk"), DecisionText.Get("column.staff"), DecisionText.Get("column.name"),
            DecisionText.Get("column.standing"), DecisionText.Get("column.document"), DecisionText.Get("column.by")]);
        foreach (var line in lines)
            table.Add(
                line.Number,
                line.AtUs is { } at ? new Instant(at).In(agency.Zone).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture) : "?",
                agency.KiosksById[line.Kiosk].Name, line.StaffCode,
                agency.FindPerson(line.StaffCode)?.Row.FullName ?? DecisionText.Get("claim.nobody"),
                line.Decision is not { } decision ? DecisionText.Get("claim.waits")
                    : DecisionText.Get(decision.WithdrawnUs is null ? "claim.standing" : "claim.standing.withdrawn", DecisionText.Get($"claim.{decision.Ruling}"), decision.DecisionId, decision.WithdrawnDocument),
                line.Decision?.Document ?? "", line.Decision?.DecidedBy ?? "");
        return table;
    }

    /// <summary>A claim, and a decision of it; null: it waits.</summary>
    private sealed record Line(long Journal, long Sequence, long Kiosk, string StaffCode, Direction Direction, long? AtUs, ClaimDecisionRow? Decision)
    {
        public string Number => ClaimNumber.Of(new TapKey(Journal, Sequence));
    }
}
