using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Summaries;

/// <summary><c>summary --month M | --from A --to B [--unit U] [--out FILE.xlsx|.csv|.json]</c>.</summary>
public static class SummaryCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var month = new Option<string?>("--month") { Description = SummaryText.Get("help.month"), HelpName = "yyyy-MM" };
        var from = new Option<string?>("--from") { Description = SummaryText.Get("help.from"), HelpName = "yyyy-MM-dd" };
        var to = new Option<string?>("--to") { Description = SummaryText.Get("help.to"), HelpName = "yyyy-MM-dd" };
        var unit = new Option<string?>("--unit") { Description = SummaryText.Get("help.unit"), HelpName = "CODE" };
        var outFile = new Option<string?>("--out") { Description = SummaryText.Get("help.out"), HelpName = "FILE" };
        var command = new Command("summary", SummaryText.Get("help")) { month, from, to, unit, outFile };
        command.SetAction((parse, cancel) => host.RunAsync(
            parse, (context, stop) => RunAsync(context, parse.GetValue(month), parse.GetValue(from), parse.GetValue(to), parse.GetValue(unit), parse.GetValue(outFile), stop), cancel));
        return command;
    }

    /// <summary>Makes the summary and writes it where it is wanted.</summary>
    public static async Task<int> RunAsync(CommandContext context, string? month, string? from, string? to, string? unit, string? outFile, CancellationToken cancel)
    {
        var period = Period.Parse(month, from, to);
        var format = FormatOf(outFile);
        var summary = await SummaryQuery.RunAsync(context.Store, context.Agency, period, unit, context.Time, cancel);
        if (outFile is not null && format is not null) await context.Console.WriteFileAsync(outFile, format(summary), cancel);
        if (context.Json) context.Console.Out.WriteLine(JsonText.Of(json => SummaryJson.Write(json, summary)));
        else if (outFile is null) SummaryTable.Write(context.Console, summary);
        else context.Console.Out.WriteLine(SummaryText.Get("written", outFile, summary.People.Count, summary.Units.Count, RulesSheet.Certainty(summary)));
        // A table for programs has no place for it, and a terminal's output is what somebody keeps.
        if (!context.Json && (outFile is null || format == SummaryCsv.Write)) context.Console.Out.WriteLine(SummaryText.Get("rules.logHead", summary.LogHead));
        return 0;
    }

    /// <summary>What the extension asks for; null without a file.</summary>
    private static Func<SummaryResult, byte[]>? FormatOf(string? outFile) => Path.GetExtension(outFile)?.ToLowerInvariant() switch
    {
        null => null,
        ".xlsx" => SummaryXlsx.Write,
        ".csv" => SummaryCsv.Write,
        ".json" => summary => JsonText.BytesOf(json => SummaryJson.Write(json, summary)),
        _ => throw new CommandException(SummaryText.Get("out.extension", outFile!)) { ExitCode = 2 },
    };
}
