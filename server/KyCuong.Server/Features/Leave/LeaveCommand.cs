using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Leave;

/// <summary><c>leave list | withdraw</c>: see what was entered, and take back what was entered wrongly.</summary>
public static partial class LeaveCommand
{
    private const int LongestDocument = 120;
    private const int LongestReason = 250;

    /// <summary>The command.</summary>
    public static Command Create(CommandHost host) => new("leave", LeaveText.Get("help")) { List(host), Withdraw(host) };

    /// <summary>Lists entries in force and withdrawn, of one person or of all, that touch the dates.</summary>
    public static async Task<int> RunListAsync(CommandContext context, string? staff, string? from, string? to, CancellationToken cancel)
    {
        var first = from is null ? DateOnly.MinValue : CommandOptions.Date("--from", from);
        var last = to is null ? DateOnly.MaxValue : CommandOptions.Date("--to", to);
        if (last < first) throw CommandOptions.Wrong("--to", to!, LeaveText.Get("list.reversed", Grammar.Date(first)));
        var list = await LeaveAdministration.ListAsync(context.Store, context.Agency, staff, first, last, cancel);
        LeaveOutput.Write(context.Console, context.Json, list);
        return 0;
    }

    /// <summary>Withdraws an entry: it stays, with its instants and this paper and reason, and is not judged by any more.</summary>
    public static async Task<int> RunWithdrawAsync(CommandContext context, string number, string document, string reason, CancellationToken cancel)
    {
        if (!long.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id))
            throw CommandOptions.Wrong("<ID>", number, LeaveText.Get("withdraw.id"));
        if (!Grammar.IsShownText(document, LongestDocument)) throw CommandOptions.Wrong("--document", document, LeaveText.Get("withdraw.text", LongestDocument));
        if (!Grammar.IsShownText(reason, LongestReason)) throw CommandOptions.Wrong("--reason", reason, LeaveText.Get("withdraw.text", LongestReason));
        var withdrawn = await LeaveAdministration.WithdrawAsync(context.Store, context.Agency, id, document.Trim(), reason.Trim(), context.Time, cancel);
        var logger = context.Loggers.CreateLogger(typeof(LeaveCommand));
        LogWithdrawn(logger, id);
        LeaveOutput.WriteWithdrawn(context.Console, context.Json, withdrawn);
        return 0;
    }

    private static Command List(CommandHost host)
    {
        var staff = new Option<string?>("--staff") { Description = LeaveText.Get("help.staff"), HelpName = "CODE" };
        var from = new Option<string?>("--from") { Description = LeaveText.Get("help.from"), HelpName = "yyyy-MM-dd" };
        var to = new Option<string?>("--to") { Description = LeaveText.Get("help.to"), HelpName = "yyyy-MM-dd" };
        var command = new Command("list", LeaveText.Get("help.list")) { staff, from, to };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunListAsync(context, parse.GetValue(staff), parse.GetValue(from), parse.GetValue(to), stop), cancel));
        return command;
    }

    private static Command Withdraw(CommandHost host)
    {
        var id = new Argument<string>("ID") { Description = LeaveText.Get("help.id") };
        var document = new Option<string>("--document") { Description = LeaveText.Get("help.document"), HelpName = "TEXT", Required = true };
        var reason = new Option<string>("--reason") { Description = LeaveText.Get("help.reason"), HelpName = "TEXT", Required = true };
        var command = new Command("withdraw", LeaveText.Get("help.withdraw")) { id, document, reason };
        command.SetAction((parse, cancel) => host.RunAsync(parse,
            (context, stop) => RunWithdrawAsync(context, parse.GetRequiredValue(id), parse.GetRequiredValue(document), parse.GetRequiredValue(reason), stop), cancel));
        return command;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Leave {Id} withdrawn")]
    private static partial void LogWithdrawn(ILogger logger, long id);
}
