using System.CommandLine;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Decisions;

/// <summary>
/// <c>time list | settle | dismiss | withdraw | jumps</c>: taps of boots whose clock never met the server. Nothing is guessed: until somebody
/// decides by a paper, the tap is neither presence nor absence.
/// </summary>
public static class TimeCommand
{
    /// <summary>Least sure that a paper may be, minutes: beyond it says nothing of a working day.</summary>
    private const int MostWithinMinutes = 240;

    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => new("time", DecisionText.Get("help.time")) { TimeList.Create(host), Settle(host), Dismiss(host), Withdraw(host), ClockJumps.Create(host) };

    private static Command Settle(CommandHost host)
    {
        var (tap, boot) = (TapArgument(), BootOption());
        var at = new Option<string>("--at") { Description = DecisionText.Get("help.time.at"), HelpName = "yyyy-MM-ddTHH:mm", Required = true };
        var within = new Option<int>("--within") { Description = DecisionText.Get("help.time.within", MostWithinMinutes), HelpName = "N", DefaultValueFactory = _ => 1 };
        var document = Deciding.DocumentOption();
        var by = Deciding.ByOption("help.time.by");
        var command = new Command("settle", DecisionText.Get("help.time.settle")) { tap, at, within, boot, document, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => SettleAsync(
            context, parse.GetRequiredValue(tap), parse.GetRequiredValue(at), parse.GetValue(within), parse.GetValue(boot), parse.GetRequiredValue(document), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    private static Command Dismiss(CommandHost host)
    {
        var (tap, boot) = (TapArgument(), BootOption());
        var document = Deciding.DocumentOption();
        var by = Deciding.ByOption("help.time.by");
        var command = new Command("dismiss", DecisionText.Get("help.time.dismiss")) { tap, boot, document, by };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => DecideAsync(
            context, parse.GetRequiredValue(tap), null, parse.GetValue(boot), parse.GetRequiredValue(document), parse.GetRequiredValue(by), stop), cancel));
        return command;
    }

    /// <summary>Gives a tap, or with it all of its boot, an instant by a paper; it is judged with it at once.</summary>
    internal static async Task<int> SettleAsync(CommandContext context, string tap, string at, int withinMinutes, bool boot, string document, string by, CancellationToken cancel) =>
        withinMinutes is >= 0 and <= MostWithinMinutes
            ? await DecideAsync(context, tap, (at, withinMinutes * Instant.PerMinute), boot, document, by, cancel)
            : throw CommandOptions.Wrong("--within", $"{withinMinutes}", DecisionText.Get("time.within", MostWithinMinutes));

    /// <summary>Stores a decision. <paramref name="settled"/>: when and how sure, µs; null: nobody will ever know.</summary>
    internal static async Task<int> DecideAsync(CommandContext context, string tap, (string At, long WithinUs)? settled, bool boot, string document, string by, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        if (ClaimNumber.Parse(tap) is not { } key) throw CommandOptions.Wrong("SỐ", tap, DecisionText.Get("time.malformed"));
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var (db, agency) = (deciding.Db, deciding.Agency);
        var pending = await PendingTimes.ReadAsync(db, agency.Row.AgencyId, cancel);
        var inForce = await PendingTimes.InForceAsync(db, agency.Row.AgencyId, cancel);
        if (inForce.FirstOrDefault(row => row.JournalId == key.Journal && row.Sequence == key.Sequence) is { } before)
            throw new CommandException(DecisionText.Get("time.already", tap, before.DecisionId, before.Document));
        var anchor = pending.FirstOrDefault(one => one.Key == key) ?? throw new CommandException(DecisionText.Get("time.unknown", tap));
        if (boot && anchor.Decision is { WholeBoot: true } whole) throw new CommandException(DecisionText.Get("time.already", tap, whole.DecisionId, whole.Document));
        var concerned = boot ? pending.Where(one => one.Row.JournalId == anchor.Row.JournalId && one.Boot == anchor.Boot).ToList() : [anchor];
        var decider = deciding.By(by);
        if (concerned.Any(one => one.Staff.Contains(agency.Person(decider).Row.StaffId))) throw CommandOptions.Wrong("--by", by, DecisionText.Get("time.own"));
        Instant? at = settled is { } given ? CommandOptions.Moment("--at", given.At, agency.Zone, context.Time) : null;
        if (at is { } moment && (moment.Micros + settled!.Value.WithinUs < anchor.From.Micros || moment.Micros - settled.Value.WithinUs > anchor.To.Micros))
            throw CommandOptions.Wrong("--at", settled.Value.At, DecisionText.Get("time.outside", TimeList.Shown(anchor.From, agency), TimeList.Shown(anchor.To, agency)));
        var row = new TimeDecisionRow
        {
            AgencyId = agency.Row.AgencyId,
            JournalId = key.Journal,
            Sequence = key.Sequence,
            BootId = anchor.Row.BootId,
            BootTimeUs = anchor.Row.BootTimeUs,
            WholeBoot = boot,
            Ruling = at is null ? TimeDecisionRow.Dismissed : TimeDecisionRow.Settled,
            AtUs = at?.Micros,
            UncertaintyUs = settled?.WithinUs,
            Document = paper,
            DecidedBy = decider,
            EnteredUs = deciding.NowUs,
        };
        db.TimeDecisions.Add(row);
        await deciding.RetimeAsync(row, cancel);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(at is { } known
            ? DecisionText.Get("time.settled", row.DecisionId, tap, TimeList.Shown(known, agency), concerned.Count, paper)
            : DecisionText.Get("time.dismissed", row.DecisionId, tap, concerned.Count, paper));
        return 0;
    }

    private static Command Withdraw(CommandHost host)
    {
        var number = new Argument<long>("SỐ-THỨ-TỰ") { Description = DecisionText.Get("help.number") };
        var document = Deciding.DocumentOption("help.withdrawDocument");
        var command = new Command("withdraw", DecisionText.Get("help.time.withdraw")) { number, document };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => WithdrawAsync(context, parse.GetValue(number), parse.GetRequiredValue(document), stop), cancel));
        return command;
    }

    /// <summary>Takes a decision back, once; what it settled is pending again.</summary>
    internal static async Task<int> WithdrawAsync(CommandContext context, long number, string document, CancellationToken cancel)
    {
        var paper = Deciding.Document(document);
        await using var deciding = await Deciding.BeginAsync(context, cancel);
        var agency = deciding.Agency.Row.AgencyId;
        var row = await deciding.Db.TimeDecisions.SingleOrDefaultAsync(one => one.AgencyId == agency && one.DecisionId == number, cancel)
            ?? throw new CommandException(DecisionText.Get("time.noDecision", number));
        if (row.WithdrawnDocument is { } already) throw new CommandException(DecisionText.Get("already", number, already));
        (row.WithdrawnUs, row.WithdrawnDocument) = (deciding.NowUs, paper);
        await deciding.RetimeAsync(row, cancel);
        await deciding.CommitAsync(cancel);
        context.Console.Out.WriteLine(DecisionText.Get("time.withdrawn", number, paper));
        return 0;
    }

    private static Argument<string> TapArgument() => new("SỐ") { Description = DecisionText.Get("help.time.number") };

    private static Option<bool> BootOption() => new("--boot") { Description = DecisionText.Get("help.time.boot") };
}
