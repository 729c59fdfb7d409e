using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Erasing;

/// <summary>
/// <c>erase --staff CODE</c>: takes away everything of a person who has left but the code. It says what would go; with
/// <c>--carry-out</c>, a paper and a name it is done, for good.
/// </summary>
public static class EraseCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var staff = new Option<string>("--staff") { Description = EraseText.Get("help.staff"), HelpName = "CODE", Required = true };
        var request = new Option<bool>("--request") { Description = EraseText.Get("help.request") };
        var (document, by, carryOut) = Options();
        var command = new Command("erase", EraseText.Get("help")) { staff, document, by, request, carryOut };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunAsync(
            context, parse.GetRequiredValue(staff), parse.GetValue(request), ErasureWish.Of(parse.GetValue(carryOut), parse.GetValue(document), parse.GetValue(by)), stop), cancel));
        return command;
    }

    /// <summary>Options that <c>erase</c> and <c>retention</c> have in common.</summary>
    internal static (Option<string?> Document, Option<string?> By, Option<bool> CarryOut) Options() => (
        new Option<string?>("--document") { Description = EraseText.Get("help.document"), HelpName = "SỐ" },
        new Option<string?>("--by") { Description = EraseText.Get("help.by"), HelpName = "CODE" },
        new Option<bool>("--carry-out") { Description = EraseText.Get("help.carryOut") });

    /// <summary>Says what goes, and does it when asked to.</summary>
    internal static async Task<int> RunAsync(CommandContext context, string staff, bool request, ErasureWish wish, CancellationToken cancel)
    {
        ErasurePlan plan;
        string name;
        await using (var lease = await context.Store.LeaseAsync(cancel))
        await using (var db = lease.NewContext())
        {
            var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
            var person = await PersonAsync(db, agency, staff, cancel);
            name = person.FullName;
            await CheckLeftAsync(db, agency, person, request, context.Time, cancel);
            if (wish.By == staff) throw CommandOptions.Wrong("--by", staff, EraseText.Get("own"));
            plan = new ErasurePlanner(lease, db, agency).Person(person);
            if (wish.CarryOut) await ErasureRun.CarryOutAsync(context, lease, db, agency, plan, wish, ErasureKind.Person, person.Code, null, cancel);
        }

        ErasureOutput.Write(context, staff, name, plan, wish.CarryOut, !wish.CarryOut || ErasureRun.Scrub(context.Store));
        return 0;
    }

    private static async Task<StaffRow> PersonAsync(KyCuongDb db, AgencyRow agency, string code, CancellationToken cancel)
    {
        var person = await db.Staff.AsNoTracking().SingleOrDefaultAsync(row => row.AgencyId == agency.AgencyId && row.Code == code, cancel)
            ?? throw new CommandException(Resources.Text.Get("staff.unknown", code));
        return person.FullName.Length > 0 ? person : throw new CommandException(EraseText.Get("already", code));
    }

    private static async Task CheckLeftAsync(KyCuongDb db, AgencyRow agency, StaffRow person, bool request, TimeProvider time, CancellationToken cancel)
    {
        var today = ErasureRun.Today(agency, time);
        var postings = await db.Postings.AsNoTracking().Where(row => row.StaffId == person.StaffId).Select(row => row.ToDate).ToListAsync(cancel);
        if (postings.Any(to => to is null || to >= today)) throw new CommandException(EraseText.Get("stillHere", person.FullName, person.Code));
        var days = RetentionPolicy.Parse(agency.Policy).Days(ErasureKind.Person);
        if (!request && postings.Max() is { } left && left.AddDays(days) >= today)
            throw new CommandException(EraseText.Get("tooEarly", person.FullName, person.Code, left, left.AddDays(days + 1), days));
    }
}

/// <summary>Whether it is to be done, and then by which paper and whom.</summary>
/// <param name="CarryOut">False: only said.</param>
/// <param name="Document">The paper; empty unless it is to be done.</param>
/// <param name="By">Staff code as given; empty unless it is to be done.</param>
internal sealed record ErasureWish(bool CarryOut, string Document, string By)
{
    /// <summary>Of the options of a command.</summary>
    /// <exception cref="CommandException">To be done without paper or name: wrong usage.</exception>
    public static ErasureWish Of(bool carryOut, string? document, string? by)
    {
        if (!carryOut) return new ErasureWish(false, "", "");
        if (document is null || by is null) throw new CommandException(EraseText.Get("needsPaper")) { ExitCode = 2 };
        return new ErasureWish(true, Deciding.Document(document), by);
    }
}
