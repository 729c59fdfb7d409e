using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Queues;

/// <summary><c>queues --date D | --month M [--unit U]</c>: queues at the gates that had begun in time and made people late.</summary>
public static class QueueCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var date = new Option<string?>("--date") { Description = QueueText.Get("help.date"), HelpName = "yyyy-MM-dd" };
        var month = new Option<string?>("--month") { Description = QueueText.Get("help.month"), HelpName = "yyyy-MM" };
        var unit = new Option<string?>("--unit") { Description = QueueText.Get("help.unit"), HelpName = "CODE" };
        var command = new Command("queues", QueueText.Get("help")) { date, month, unit };
        command.SetAction((parse, cancel) => host.RunAsync(
            parse, (context, stop) => RunAsync(context, parse.GetValue(date), parse.GetValue(month), parse.GetValue(unit), stop), cancel));
        return command;
    }

    /// <summary>Finds the queues and lists them.</summary>
    public static async Task<int> RunAsync(CommandContext context, string? date, string? month, string? unit, CancellationToken cancel)
    {
        var answer = await QueueQuery.RunAsync(context.Store, context.Agency, Dates(date, month), unit, context.Time, cancel);
        if (context.Json) context.Console.Out.WriteLine(JsonText.Of(json => QueueJson.Write(json, answer)));
        else QueueTable.Write(context.Console, answer);
        return 0;
    }

    private static (DateOnly From, DateOnly To) Dates(string? date, string? month) => (date, month) switch
    {
        ({ } day, null) => (CommandOptions.Date("--date", day), CommandOptions.Date("--date", day)),
        (null, { } whole) => CommandOptions.Month("--month", whole),
        _ => throw new CommandException(QueueText.Get("period.one")) { ExitCode = 2 },
    };
}
