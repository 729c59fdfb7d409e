using System.CommandLine;
using System.Globalization;
using KyCuong.Protos;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Pins;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Pins;

/// <summary><c>pin issue | revoke | list</c>: PINs with which people who forgot their badge enter their staff code.</summary>
public static class PinCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => new("pin", PinText.Get("help")) { Issue(host), Revoke(host), List(host) };

    private static Command Issue(CommandHost host)
    {
        var staff = StaffOption();
        var length = new Option<int>("--length") { Description = PinText.Get("help.length", ContractLimits.ShortestPin, ContractLimits.LongestPin), HelpName = "N", DefaultValueFactory = _ => PinBounds.Digits };
        var command = new Command("issue", PinText.Get("help.issue")) { staff, length };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => IssueAsync(context, parse.GetRequiredValue(staff), parse.GetValue(length), stop), cancel));
        return command;
    }

    /// <summary>Makes a new PIN, prints it this once, and ends the one before.</summary>
    internal static async Task<int> IssueAsync(CommandContext context, string staff, int length, CancellationToken cancel)
    {
        if (length is < ContractLimits.ShortestPin or > ContractLimits.LongestPin)
            throw CommandOptions.Wrong("--length", $"{length}", PinText.Get("length", ContractLimits.ShortestPin, ContractLimits.LongestPin));
        // Made before the store is held: it takes its time.
        var pin = PinHash.NewPin(length);
        var hash = PinHash.Of(pin);
        await using var lease = await context.Store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var person = await PersonAsync(db, context, staff, cancel);
        if (!ContractLimits.IsStaffCode(person.Code)) throw new CommandException(PinText.Get("code", person.Code));
        var row = await db.StaffPins.SingleOrDefaultAsync(one => one.StaffId == person.StaffId, cancel);
        var renewed = row is not null;
        if (row is null) db.StaffPins.Add(row = new StaffPinRow { AgencyId = person.AgencyId, StaffId = person.StaffId, Salt = hash.Salt, Hash = hash.Hash });
        (row.Salt, row.Hash, row.Rounds, row.IssuedUs) = (hash.Salt, hash.Hash, hash.Rounds, context.Time.NowUs());
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        if (context.Json)
            context.Console.Out.WriteLine(JsonText.Of(json =>
            {
                json.WriteStartObject();
                json.WriteString("staff", person.Code);
                json.WriteString("pin", pin);
                json.WriteBoolean("replaced", renewed);
                json.WriteEndObject();
            }));
        else
            context.Console.Out.WriteLine(PinText.Get(renewed ? "issued.anew" : "issued", pin, person.FullName, person.Code));
        return 0;
    }

    private static Command Revoke(CommandHost host)
    {
        var staff = StaffOption();
        var command = new Command("revoke", PinText.Get("help.revoke")) { staff };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RevokeAsync(context, parse.GetRequiredValue(staff), stop), cancel));
        return command;
    }

    /// <summary>Ends a person's PIN.</summary>
    internal static async Task<int> RevokeAsync(CommandContext context, string staff, CancellationToken cancel)
    {
        await using var lease = await context.Store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var person = await PersonAsync(db, context, staff, cancel);
        var row = await db.StaffPins.SingleOrDefaultAsync(one => one.StaffId == person.StaffId, cancel) ?? throw new CommandException(PinText.Get("none", person.FullName, person.Code));
        db.StaffPins.Remove(row);
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        context.Console.Out.WriteLine(PinText.Get("revoked", person.FullName, person.Code));
        return 0;
    }

    private static Command List(CommandHost host)
    {
        var command = new Command("list", PinText.Get("help.list"));
        command.SetAction((parse, cancel) => host.RunAsync(parse, ListAsync, cancel));
        return command;
    }

    /// <summary>Who has a PIN and since when; never the PIN.</summary>
    internal static async Task<int> ListAsync(CommandContext context, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone);
        var rows = await (
            from pin in db.StaffPins
            join person in db.Staff on pin.StaffId equals person.StaffId
            where pin.AgencyId == agency.AgencyId
            orderby person.Code
            select new { person.Code, person.FullName, pin.IssuedUs }).ToListAsync(cancel);
        if (context.Json)
        {
            context.Console.Out.WriteLine(JsonText.Of(json =>
            {
                json.WriteStartArray();
                foreach (var row in rows)
                {
                    json.WriteStartObject();
                    json.WriteString("staff", row.Code);
                    json.WriteString("name", row.FullName);
                    json.WriteString("since", MomentGrammar.Write(new Instant(row.IssuedUs), zone));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }));
            return 0;
        }

        if (rows.Count == 0)
        {
            context.Console.Out.WriteLine(PinText.Get("list.none"));
            return 0;
        }

        var table = new PeopleTable([PinText.Get("column.staff"), PinText.Get("column.name"), PinText.Get("column.since")]);
        foreach (var row in rows) table.Add(row.Code, row.FullName, new Instant(row.IssuedUs).In(zone).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture));
        table.Write(context.Console);
        return 0;
    }

    private static Option<string> StaffOption() => new("--staff") { Description = PinText.Get("help.staff"), HelpName = "CODE", Required = true };

    private static async Task<StaffRow> PersonAsync(KyCuongDb db, CommandContext context, string code, CancellationToken cancel)
    {
        var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
        return await db.Staff.SingleOrDefaultAsync(one => one.AgencyId == agency.AgencyId && one.Code == code && one.FullName != "", cancel)
            ?? throw new CommandException(Resources.Text.Get("staff.unknown", code));
    }
}
