using System.CommandLine;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Days;

/// <summary><c>day</c> and <c>explain</c>: what the rules say of a date, in short and with every reason.</summary>
public static class DayCommands
{
    /// <summary><c>day --date D [--staff CODE] [--unit U] [--now INSTANT]</c>.</summary>
    public static Command CreateDay(CommandHost host)
    {
        var date = Date();
        var staff = new Option<string?>("--staff") { Description = DayText.Get("help.staff"), HelpName = "CODE" };
        var unit = new Option<string?>("--unit") { Description = DayText.Get("help.unit"), HelpName = "CODE" };
        var now = Now();
        var command = new Command("day", DayText.Get("help.day")) { date, staff, unit, now };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunDayAsync(context, parse.GetRequiredValue(date), parse.GetValue(staff), parse.GetValue(unit), parse.GetValue(now), stop), cancel));
        return command;
    }

    /// <summary><c>explain --staff CODE --date D [--now INSTANT]</c>.</summary>
    public static Command CreateExplain(CommandHost host)
    {
        var date = Date();
        var staff = new Option<string>("--staff") { Description = DayText.Get("help.staff"), HelpName = "CODE", Required = true };
        var now = Now();
        var command = new Command("explain", DayText.Get("help.explain")) { staff, date, now };
        command.SetAction((parse, cancel) => host.RunAsync(parse, (context, stop) => RunExplainAsync(context, parse.GetRequiredValue(date), parse.GetRequiredValue(staff), parse.GetValue(now), stop), cancel));
        return command;
    }

    /// <summary>Judges a date and shows the verdicts.</summary>
    public static async Task<int> RunDayAsync(CommandContext context, string date, string? staff, string? unit, string? now, CancellationToken cancel)
    {
        var answer = await AskAsync(context, date, staff, unit, now, cancel);
        if (context.Json) context.Console.Out.WriteLine(JsonText.Of(json => VerdictJson.Write(json, answer, explain: false)));
        else DayTable.Write(context.Console, answer);
        return 0;
    }

    /// <summary>Judges a date of one person and says why.</summary>
    public static async Task<int> RunExplainAsync(CommandContext context, string date, string staff, string? now, CancellationToken cancel)
    {
        var answer = await AskAsync(context, date, staff, null, now, cancel);
        if (context.Json) context.Console.Out.WriteLine(JsonText.Of(json => VerdictJson.Write(json, answer, explain: true)));
        else Explanation.Write(context.Console.Out, answer, staff);
        return 0;
    }

    private static Task<DayAnswer> AskAsync(CommandContext context, string date, string? staff, string? unit, string? now, CancellationToken cancel) =>
        DayQuery.RunAsync(context.Store, context.Agency, CommandOptions.Date("--date", date), staff, unit, zone => CommandOptions.Moment("--now", now, zone, context.Time), cancel);

    private static Option<string> Date() => new("--date") { Description = DayText.Get("help.date"), HelpName = "yyyy-MM-dd", Required = true };

    private static Option<string?> Now() => new("--now") { Description = DayText.Get("help.now"), HelpName = "INSTANT" };
}
