using System.CommandLine;
using System.Globalization;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Decisions;

/// <summary><c>incident declare | withdraw | list</c>: reader faults, power cuts, floods.</summary>
public static class IncidentCommand
{
    /// <summary>Longest incident, days: a longer one is a new arrangement of work, not an incident.</summary>
    private const int MostDays = 92;

    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => new("incident", DecisionText.Get("help.incident")) { Declare(host), Withdrawal.Create(host, "incident", FindAsync), List(host) };

    private static Command Declare(CommandHost host)
    {
        var from = new Option<string>("--from") { Description = DecisionText.Get("help.from"), HelpName = "yyyy-MM-ddTHH:mm", Required = true };
        var to = new Option<string>("--to") { Description = DecisionText.Get("help.to"), HelpName = "yyyy-MM-ddTHH:mm", Required = true };
        var kiosk = new Option<string?>("--kiosk") { Description = DecisionText.Get("help.kiosk"), HelpName = "CODE" };
        var unit = new Option<string?>("--unit") { Description = DecisionText.Get("help.unit"), HelpName = "CODE" };
        var document = Deciding.DocumentOption();
        var by = Deciding.ByOption("help.by");
        var command = new Command("declare", DecisionText.Get("help.declare")) { from, to, kiosk, unit, document, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => DeclareAsync(
            context, parse.GetRequiredValue(from), parse.GetRequiredValue(to), parse.GetValue(kiosk), parse.GetValue(unit), parse.GetRequiredValue(document), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    /// <summary>Stores an incident.</summary>
    internal static async Task<int> DeclareAsync(CommandContext context, string from, string to, string? kiosk, string? unit, string document, string by, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var agency = deciding.Agency;
        var begin = CommandOptions.Moment("--from", from, agency.Zone, context.Time);
        var end = CommandOptions.Moment("--to", to, agency.Zone, context.Time);
        if (end < begin) throw CommandOptions.Wrong("--to", to, DecisionText.Get("reversed", from));
        if (end.Micros - begin.Micros > MostDays * Instant.PerDay) throw CommandOptions.Wrong("--to", to, DecisionText.Get("incident.long", MostDays));
        var row = new IncidentRow
        {
            AgencyId = agency.Row.AgencyId,
            FromUs = begin.Micros,
            ToUs = end.Micros,
            KioskId = kiosk is null ? null : (agency.Kiosks.FirstOrDefault(one => one.Code == kiosk) ?? throw new CommandException(DecisionText.Get("kiosk.unknown", kiosk))).KioskId,
            UnitId = unit is null ? null : agency.Unit(unit).UnitId,
            Document = paper,
            DecidedBy = deciding.By(by),
            EnteredUs = deciding.NowUs,
        };
        deciding.Db.Incidents.Add(row);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get("incident.declared", row.IncidentId, Shown(begin, agency), Shown(end, agency), Concerned(row, agency), paper));
        return 0;
    }

    /// <summary>A row of the list, to be withdrawn.</summary>
    internal static async Task<IWithdrawable?> FindAsync(KyCuongDb db, long agency, long number, CancellationToken cancel) =>
        await db.Incidents.SingleOrDefaultAsync(row => row.AgencyId == agency && row.IncidentId == number, cancel);

    private static Command List(CommandHost host)
    {
        var command = new Command("list", DecisionText.Get("help.incident.list"));
        command.SetAction((parse, cancel) => host.RunAsync(parse, ListAsync, cancel));
        return command;
    }

    /// <summary>Every incident, withdrawn ones too.</summary>
    internal static async Task<int> ListAsync(CommandContext context, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, null, cancel);
        var rows = await db.Incidents.Where(row => row.AgencyId == agency.Row.AgencyId).OrderBy(row => row.FromUs).ThenBy(row => row.IncidentId).ToListAsync(cancel);
        return DecisionList.Write(context, "incident", rows, row => row.IncidentId,
            (json, row) =>
            {
                json.WriteString("from", MomentGrammar.Write(new Instant(row.FromUs), agency.Zone));
                json.WriteString("to", MomentGrammar.Write(new Instant(row.ToUs), agency.Zone));
                json.WriteString("kiosk", row.KioskId is { } kiosk ? agency.KiosksById[kiosk].Code : null);
                json.WriteString("unit", row.UnitId is { } unit ? agency.UnitsById[unit].Code : null);
            },
            new PeopleTable([DecisionText.Get("column.number"), DecisionText.Get("column.from"), DecisionText.Get("column.to"), DecisionText.Get("column.concerns"), DecisionText.Get("column.document"),
                DecisionText.Get("column.by"), DecisionText.Get("column.standing")], 0),
            row => [$"{row.IncidentId}", Shown(new Instant(row.FromUs), agency), Shown(new Instant(row.ToUs), agency), Concerned(row, agency), row.Document, row.DecidedBy, Deciding.Standing(row.WithdrawnDocument)]);
    }

    private static string Concerned(IncidentRow row, AgencyData agency) => row.KioskId is null && row.UnitId is null
        ? DecisionText.Get("concerns.all")
        : string.Join(", ", new[]
        {
            row.KioskId is { } kiosk ? DecisionText.Get("concerns.kiosk", agency.KiosksById[kiosk].Name, agency.KiosksById[kiosk].Code) : null,
            row.UnitId is { } unit ? DecisionText.Get("concerns.unit", agency.UnitsById[unit].Name, agency.UnitsById[unit].Code) : null,
        }.OfType<string>());

    private static string Shown(Instant moment, AgencyData agency) => moment.In(agency.Zone).ToString("HH:mm dd/MM/yyyy", CultureInfo.InvariantCulture);
}
