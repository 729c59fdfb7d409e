using System.CommandLine;
using System.Globalization;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Rules;
using KyCuong.Server.Certificates;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using BadgeState = KyCuong.Protos.V1.BadgeState;

namespace KyCuong.Server.Features.Badges;

/// <summary>
/// <c>badge pool add | lend | return | list</c>: temporary badges. One is lent to one person until the agency's midnight; what is
/// tapped with it meanwhile is that person's, without a badge of their own.
/// </summary>
public static class BadgeCommand
{
    private const int LabelLength = 32;

    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) =>
        new("badge", BadgeText.Get("help")) { new Command("pool", BadgeText.Get("help.pool")) { Add(host) }, Lend(host), Return(host), List(host) };

    private static Command Add(CommandHost host)
    {
        var label = Required("--label", "help.label", "NHÃN");
        var badge = Required("--badge", "help.number", "SỐ");
        var kind = Required("--kind", "help.kind", "KIND");
        var command = new Command("add", BadgeText.Get("help.add")) { label, badge, kind };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => AddAsync(
            context, parse.GetRequiredValue(label), parse.GetRequiredValue(badge), parse.GetRequiredValue(kind), stop), cancel));
        return command;
    }

    /// <summary>Puts a badge into the pool. One that a reader could not tell from another is refused.</summary>
    internal static async Task<int> AddAsync(CommandContext context, string label, string number, string kind, CancellationToken cancel)
    {
        label = label.Trim();
        if (!Grammar.IsShownText(label, LabelLength)) throw CommandOptions.Wrong("--label", label, BadgeText.Get("label", LabelLength));
        if (!BadgeSpelling.IsKnown(kind)) throw CommandOptions.Wrong("--kind", kind, BadgeText.Get("kind", string.Join(", ", BadgeSpelling.Names)));
        if (!BadgeSpelling.TryParse(kind, number, out var identity)) throw CommandOptions.Wrong("--badge", number, BadgeText.Get("spelling", kind));
        await using var lease = await context.Store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
        var nowUs = context.Time.NowUs();
        if (await db.Badges.AnyAsync(one => one.AgencyId == agency.AgencyId && one.PoolLabel == label, cancel)) throw new CommandException(BadgeText.Get("label.taken", label));
        var keys = new BadgeKeyRing(context.Data.Folder("keys")).Ensure(lease, agency.AgencyId, nowUs).SelectMany(key => key.CreateHasher().HashLevels(identity)).ToList();
        foreach (var key in keys)
        {
            var hash = Bytes128.ToArray(key.Hash);
            if (await db.BadgeHashes.AnyAsync(one => one.AgencyId == agency.AgencyId && one.Level == key.Level && one.KeyId == key.KeyId && one.Hash == hash, cancel))
                throw new CommandException(BadgeText.Get("badge.taken"));
        }

        var badge = new BadgeRow { AgencyId = agency.AgencyId, Kind = kind, State = BadgeState.Active, StateSinceUs = nowUs, PoolLabel = label };
        db.Badges.Add(badge);
        await db.SaveChangesAsync(cancel);
        foreach (var key in keys)
            db.BadgeHashes.Add(new BadgeHashRow { AgencyId = agency.AgencyId, Level = key.Level, KeyId = key.KeyId, Hash = Bytes128.ToArray(key.Hash), BadgeId = badge.BadgeId });
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        context.Console.Out.WriteLine(BadgeText.Get("added", label));
        return 0;
    }

    private static Command Lend(CommandHost host)
    {
        var badge = Required("--badge", "help.label", "NHÃN");
        var staff = Required("--staff", "help.staff", "CODE");
        var by = Required("--by", "help.by", "CODE");
        var command = new Command("lend", BadgeText.Get("help.lend")) { badge, staff, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => LendAsync(
            context, parse.GetRequiredValue(badge), parse.GetRequiredValue(staff), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    /// <summary>Lends a badge of the pool from now to the day's end.</summary>
    internal static async Task<int> LendAsync(CommandContext context, string label, string staff, string by, CancellationToken cancel)
    {
        await using var lease = await context.Store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var (agency, badge, loan) = await FindAsync(db, context, label, cancel);
        var borrower = await PersonAsync(db, agency, staff, cancel);
        var lender = await PersonAsync(db, agency, by, cancel);
        if (lender.StaffId == borrower.StaffId) throw CommandOptions.Wrong("--by", by, BadgeText.Get("own"));
        if (badge.State != BadgeState.Active) throw new CommandException(BadgeText.Get("blocked", label));
        if (loan is not null) throw new CommandException(BadgeText.Get("lent.already", label, (await db.Staff.SingleAsync(one => one.StaffId == loan.StaffId, cancel)).Code));
        var nowUs = context.Time.NowUs();
        if (await db.BadgeLoans.AnyAsync(one => one.StaffId == borrower.StaffId && one.ReturnedUs == null && one.ToUs > nowUs, cancel))
            throw new CommandException(BadgeText.Get("has.one", borrower.FullName, borrower.Code));
        var zone = TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone);
        var today = DateOnly.FromDateTime(new Instant(nowUs).In(zone).DateTime);
        if (!await db.Postings.AnyAsync(one => one.StaffId == borrower.StaffId && one.FromDate <= today && (one.ToDate == null || one.ToDate >= today), cancel))
            throw new CommandException(BadgeText.Get("notPosted", borrower.FullName, borrower.Code));
        var end = UnixTime.StartOf(today.AddDays(1), zone);
        db.BadgeLoans.Add(new BadgeLoanRow { AgencyId = agency.AgencyId, BadgeId = badge.BadgeId, StaffId = borrower.StaffId, FromUs = nowUs, ToUs = end, LentBy = lender.Code });
        agency.RosterVersion++;
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        context.Console.Out.WriteLine(BadgeText.Get("lent", label, borrower.FullName, borrower.Code, Shown(nowUs, zone), lender.Code));
        return 0;
    }

    private static Command Return(CommandHost host)
    {
        var badge = Required("--badge", "help.label", "NHÃN");
        var command = new Command("return", BadgeText.Get("help.return")) { badge };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => ReturnAsync(context, parse.GetRequiredValue(badge), stop), cancel));
        return command;
    }

    /// <summary>Ends a loan before the day does.</summary>
    internal static async Task<int> ReturnAsync(CommandContext context, string label, CancellationToken cancel)
    {
        await using var lease = await context.Store.LeaseAsync(cancel);
        await using var db = lease.NewContext();
        var (agency, _, loan) = await FindAsync(db, context, label, cancel);
        if (loan is null) throw new CommandException(BadgeText.Get("notLent", label));
        loan.ReturnedUs = context.Time.NowUs();
        agency.RosterVersion++;
        await db.SaveChangesAsync(cancel);
        await lease.CommitAsync();
        context.Console.Out.WriteLine(BadgeText.Get("returned", label));
        return 0;
    }

    private static Command List(CommandHost host)
    {
        var command = new Command("list", BadgeText.Get("help.list"));
        command.SetAction((parse, cancel) => host.RunAsync(parse, ListAsync, cancel));
        return command;
    }

    /// <summary>The pool, and who has which badge now.</summary>
    internal static async Task<int> ListAsync(CommandContext context, CancellationToken cancel)
    {
        await using var db = context.Store.NewReader();
        var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
        var (zone, nowUs) = (TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone), context.Time.NowUs());
        var badges = await db.Badges.Where(one => one.AgencyId == agency.AgencyId && one.PoolLabel != null).OrderBy(one => one.PoolLabel).ToListAsync(cancel);
        var loans = await (
            from loan in db.BadgeLoans
            join person in db.Staff on loan.StaffId equals person.StaffId
            where loan.AgencyId == agency.AgencyId && loan.ReturnedUs == null && loan.ToUs > nowUs
            select new { loan.BadgeId, loan.FromUs, loan.LentBy, person.Code, person.FullName }).ToDictionaryAsync(loan => loan.BadgeId, cancel);
        if (context.Json)
        {
            context.Console.Out.WriteLine(JsonText.Of(json =>
            {
                json.WriteStartArray();
                foreach (var badge in badges)
                {
                    var loan = loans.GetValueOrDefault(badge.BadgeId);
                    json.WriteStartObject();
                    json.WriteString("badge", badge.PoolLabel);
                    json.WriteString("kind", badge.Kind);
                    json.WriteString("staff", loan?.Code);
                    json.WriteString("since", loan is null ? null : MomentGrammar.Write(new Instant(loan.FromUs), zone));
                    json.WriteString("by", loan?.LentBy);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }));
            return 0;
        }

        if (badges.Count == 0)
        {
            context.Console.Out.WriteLine(BadgeText.Get("list.none"));
            return 0;
        }

        var table = new PeopleTable([BadgeText.Get("column.badge"), BadgeText.Get("column.kind"), BadgeText.Get("column.staff"), BadgeText.Get("column.name"), BadgeText.Get("column.since"), BadgeText.Get("column.by")]);
        foreach (var badge in badges)
        {
            var loan = loans.GetValueOrDefault(badge.BadgeId);
            table.Add(badge.PoolLabel!, badge.Kind, loan?.Code ?? "", loan?.FullName ?? "", loan is null ? "" : Shown(loan.FromUs, zone), loan?.LentBy ?? "");
        }

        table.Write(context.Console);
        return 0;
    }

    /// <summary>A badge of the pool by its label, and the loan that goes on; null: nobody has it.</summary>
    private static async Task<(AgencyRow Agency, BadgeRow Badge, BadgeLoanRow? Loan)> FindAsync(KyCuongDb db, CommandContext context, string label, CancellationToken cancel)
    {
        var agency = await AgencyChoice.FindAsync(db, context.Agency, cancel);
        label = label.Trim();
        var badge = await db.Badges.SingleOrDefaultAsync(one => one.AgencyId == agency.AgencyId && one.PoolLabel == label, cancel)
            ?? throw new CommandException(BadgeText.Get("unknown", label));
        var nowUs = context.Time.NowUs();
        return (agency, badge, await db.BadgeLoans.SingleOrDefaultAsync(one => one.BadgeId == badge.BadgeId && one.ReturnedUs == null && one.ToUs > nowUs, cancel));
    }

    private static async Task<StaffRow> PersonAsync(KyCuongDb db, AgencyRow agency, string code, CancellationToken cancel) =>
        await db.Staff.SingleOrDefaultAsync(one => one.AgencyId == agency.AgencyId && one.Code == code && one.FullName != "", cancel) ?? throw new CommandException(Resources.Text.Get("staff.unknown", code));

    private static string Shown(long us, TimeZoneInfo zone) => new Instant(us).In(zone).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);

    private static Option<string> Required(string name, string help, string value) => new(name) { Description = BadgeText.Get(help), HelpName = value, Required = true };
}
