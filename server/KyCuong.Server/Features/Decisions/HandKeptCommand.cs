using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Decisions;

/// <summary><c>handkept set | record | confirm | withdraw | list</c>: people who do not tap.</summary>
public static class HandKeptCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => new("handkept", DecisionText.Get("help.handkept")) { Set(host), Record(host), Confirm(host), Withdrawal.Create(host, "handkept", FindAsync), List(host) };

    private static Command Set(CommandHost host)
    {
        var staff = Deciding.StaffOption();
        var from = new Option<string>("--from") { Description = DecisionText.Get("help.handkept.from"), HelpName = "yyyy-MM-dd", Required = true };
        var to = new Option<string?>("--to") { Description = DecisionText.Get("help.handkept.to"), HelpName = "yyyy-MM-dd" };
        var document = Deciding.DocumentOption();
        var by = Deciding.ByOption("help.by");
        var command = new Command("set", DecisionText.Get("help.handkept.set")) { staff, from, to, document, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => HandKeptBook.SetAsync(
            context, parse.GetRequiredValue(staff), parse.GetRequiredValue(from), parse.GetValue(to), parse.GetRequiredValue(document), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    private static Command Record(CommandHost host)
    {
        var staff = Deciding.StaffOption();
        var date = new Option<string>("--date") { Description = DecisionText.Get("help.handkept.date"), HelpName = "yyyy-MM-dd", Required = true };
        var to = new Option<string?>("--to") { Description = DecisionText.Get("help.handkept.lastDate"), HelpName = "yyyy-MM-dd" };
        var state = new Option<string>("--state") { Description = DecisionText.Get("help.handkept.state"), Required = true };
        state.AcceptOnlyFromAmong("present", "absent");
        var session = Deciding.SessionOption();
        var by = Deciding.ByOption("help.handkept.recordedBy");
        var command = new Command("record", DecisionText.Get("help.handkept.record")) { staff, date, to, state, session, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => HandKeptBook.RecordAsync(
            context, parse.GetRequiredValue(staff), parse.GetRequiredValue(date), parse.GetValue(to), parse.GetRequiredValue(state) == "present", parse.GetValue(session), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    private static Command Confirm(CommandHost host)
    {
        var staff = Deciding.StaffOption();
        var date = new Option<string>("--date") { Description = DecisionText.Get("help.handkept.date"), HelpName = "yyyy-MM-dd", Required = true };
        var to = new Option<string?>("--to") { Description = DecisionText.Get("help.handkept.lastDate"), HelpName = "yyyy-MM-dd" };
        var by = Deciding.ByOption("help.handkept.confirmedBy");
        var command = new Command("confirm", DecisionText.Get("help.handkept.confirm")) { staff, date, to, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => HandKeptBook.ConfirmAsync(
            context, parse.GetRequiredValue(staff), parse.GetRequiredValue(date), parse.GetValue(to), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    /// <summary>A row of the list, to be withdrawn.</summary>
    internal static async Task<IWithdrawable?> FindAsync(KyCuongDb db, long agency, long number, CancellationToken cancel) =>
        await db.HandKept.SingleOrDefaultAsync(row => row.AgencyId == agency && row.HandKeptId == number, cancel);

    private static Command List(CommandHost host)
    {
        var command = new Command("list", DecisionText.Get("help.handkept.list"));
        command.SetAction((parse, cancel) => host.RunAsync(parse, ListAsync, cancel));
        return command;
    }

    /// <summary>Every document, and what is recorded and waits for the head.</summary>
    internal static async Task<int> ListAsync(CommandContext context, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyData.LoadAsync(db, context.Agency, null, cancel);
        var id = agency.Row.AgencyId;
        var rows = await db.HandKept.Where(row => row.AgencyId == id).OrderBy(row => row.FromDate).ThenBy(row => row.HandKeptId).ToListAsync(cancel);
        var waiting = (await db.HandKeptMarks.Where(row => row.AgencyId == id && row.ConfirmedUs == null).ToListAsync(cancel)).ToLookup(row => row.StaffId);
        var people = agency.People.ToDictionary(person => person.Row.StaffId, person => person.Row);
        return DecisionList.Write(context, "handkept", rows, row => row.HandKeptId,
            (json, row) =>
            {
                json.WriteString("staff", people[row.StaffId].Code);
                json.WriteString("from", Grammar.Date(row.FromDate));
                json.WriteString("to", row.ToDate is { } to ? Grammar.Date(to) : null);
            },
            new PeopleTable([DecisionText.Get("column.number"), DecisionText.Get("column.staff"), DecisionText.Get("column.name"), DecisionText.Get("column.from"), DecisionText.Get("column.to"),
                DecisionText.Get("column.document"), DecisionText.Get("column.by"), DecisionText.Get("column.standing"), DecisionText.Get("column.waiting")], 0, 8),
            row => [$"{row.HandKeptId}", people[row.StaffId].Code, people[row.StaffId].FullName, Deciding.Shown(row.FromDate), row.ToDate is { } to ? Deciding.Shown(to) : "…", row.Document, row.DecidedBy,
                Deciding.Standing(row.WithdrawnDocument), $"{waiting[row.StaffId].Count(mark => mark.Date >= row.FromDate && (row.ToDate is null || mark.Date <= row.ToDate))}"]);
    }
}
