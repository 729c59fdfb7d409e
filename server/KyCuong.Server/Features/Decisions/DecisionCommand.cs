using System.CommandLine;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Resources;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Decisions;

/// <summary><c>decision excuse | confirm | withdraw | list</c>: what people decide of findings.</summary>
public static class DecisionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) =>
        new("decision", DecisionText.Get("help.decision")) { Decide(host, "excuse", "excused"), Decide(host, "confirm", "confirmed"), Withdrawal.Create(host, "decision", FindAsync), List(host) };

    private static Command Decide(CommandHost host, string name, string ruling)
    {
        var staff = Deciding.StaffOption();
        var date = new Option<string>("--date") { Description = DecisionText.Get("help.date"), HelpName = "yyyy-MM-dd", Required = true };
        var session = Deciding.SessionOption();
        var kind = new Option<string?>("--kind") { Description = DecisionText.Get("help.kind"), HelpName = "KIND" };
        var schedule = new Option<string?>("--schedule") { Description = DecisionText.Get("help.schedule"), HelpName = "CODE" };
        var document = Deciding.DocumentOption();
        var by = Deciding.ByOption("help.by");
        var command = new Command(name, DecisionText.Get($"help.{name}")) { staff, date, session, kind, schedule, document, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => DecideAsync(
            context, ruling,
            new Subject(parse.GetRequiredValue(staff), parse.GetRequiredValue(date), parse.GetValue(session), parse.GetValue(kind), parse.GetValue(schedule)),
            parse.GetRequiredValue(document), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    /// <summary>Stores a decision about what the rules find now.</summary>
    internal static async Task<int> DecideAsync(CommandContext context, string ruling, Subject subject, string document, string by, CancellationToken cancel)
    {
        var date = CommandOptions.Date("--date", subject.Date);
        var session = Deciding.Session(subject.Session);
        if (subject.Kind is { } word && DecisionRecords.KindOf(word) is null)
            throw CommandOptions.Wrong("--kind", word, DecisionText.Get("kind", string.Join(", ", Enum.GetValues<FindingKind>().Select(DecisionRecords.Word))));
        var paper = Deciding.Document(document);
        var found = await Findings.OfAsync(context, subject.Staff, date, cancel);
        var about = found.Where(one => (session is null || one.Finding.Session == session) && (subject.Kind is null || DecisionRecords.Word(one.Finding.Kind) == subject.Kind)
            && (subject.Schedule is null || one.Schedule == subject.Schedule)).ToList();
        if (about.Count == 0) throw new CommandException(DecisionText.Get("nothingFound", subject.Staff, Deciding.Shown(date), Findings.Shown(found)));
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var row = new FindingDecisionRow
        {
            AgencyId = deciding.Agency.Row.AgencyId,
            StaffId = deciding.Agency.Person(subject.Staff).Row.StaffId,
            Date = date,
            Ruling = ruling,
            ScheduleCode = subject.Schedule,
            Session = session,
            Finding = subject.Kind,
            Document = paper,
            DecidedBy = deciding.By(by),
            EnteredUs = deciding.NowUs,
        };
        deciding.Db.FindingDecisions.Add(row);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get($"decided.{ruling}", row.DecisionId, subject.Staff, Deciding.Shown(date), Findings.Shown(about), paper));
        return 0;
    }

    /// <summary>A row of the list, to be withdrawn.</summary>
    internal static async Task<IWithdrawable?> FindAsync(KyCuongDb db, long agency, long number, CancellationToken cancel) =>
        await db.FindingDecisions.SingleOrDefaultAsync(row => row.AgencyId == agency && row.DecisionId == number, cancel);

    private static Command List(CommandHost host)
    {
        var staff = Deciding.StaffOption(required: false);
        var command = new Command("list", DecisionText.Get("help.decision.list")) { staff };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => ListAsync(context, parse.GetValue(staff), stop), cancel));
        return command;
    }

    /// <summary>Every decision, withdrawn ones too.</summary>
    internal static async Task<int> ListAsync(CommandContext context, string? staff, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, null, cancel);
        var only = staff is null ? (long?)null : agency.Person(staff).Row.StaffId;
        var codes = agency.People.ToDictionary(person => person.Row.StaffId, person => person.Row.Code);
        var rows = await db.FindingDecisions.Where(row => row.AgencyId == agency.Row.AgencyId && (only == null || row.StaffId == only)).OrderBy(row => row.DecisionId).ToListAsync(cancel);
        return DecisionList.Write(context, "decision", rows, row => row.DecisionId,
            (json, row) =>
            {
                json.WriteString("staff", codes[row.StaffId]);
                json.WriteString("date", Grammar.Date(row.Date));
                json.WriteString("ruling", row.Ruling);
                json.WriteString("schedule", row.ScheduleCode);
                if (row.Session is { } session) json.WriteNumber("session", session);
                else json.WriteNull("session");
                json.WriteString("kind", row.Finding);
            },
            new PeopleTable([DecisionText.Get("column.number"), DecisionText.Get("column.staff"), DecisionText.Get("column.date"), DecisionText.Get("column.ruling"), DecisionText.Get("column.about"),
                DecisionText.Get("column.document"), DecisionText.Get("column.by"), DecisionText.Get("column.standing")], 0),
            row => [$"{row.DecisionId}", codes[row.StaffId], Deciding.Shown(row.Date), DecisionText.Get($"ruling.{row.Ruling}"), About(row), row.Document, row.DecidedBy, Deciding.Standing(row.WithdrawnDocument)]);
    }

    private static string About(FindingDecisionRow row) => string.Join(", ", new[]
    {
        row.Finding is null ? DecisionText.Get("about.all") : Text.Get($"finding.{row.Finding}"),
        row.Session is { } session ? DecisionText.Get("about.session", session + 1) : null,
        row.ScheduleCode is { } schedule ? DecisionText.Get("about.schedule", schedule) : null,
    }.OfType<string>());

    /// <summary>Which findings a decision is about, as typed.</summary>
    internal sealed record Subject(string Staff, string Date, int? Session = null, string? Kind = null, string? Schedule = null);
}
