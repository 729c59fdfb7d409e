using System.CommandLine;
using System.CommandLine.Parsing;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Resources;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Commands;

/// <summary>What every command is told.</summary>
/// <param name="Data">The data directory.</param>
/// <param name="Config">The configuration file; null for the one in the data directory.</param>
public sealed record CommonArguments(string Data, string? Config);

/// <summary>What <c>run</c> is told besides.</summary>
/// <param name="StatusLines">Says on standard output what happens, for programs.</param>
/// <param name="Names">Says who came and how late also where standard output is no terminal, for programs that keep none of it.</param>
/// <param name="Capture">Files for the readers' sessions are named after this one; null = none.</param>
public sealed record RunSwitches(bool StatusLines, bool Names, string? Capture);

/// <summary>What <c>identify</c> is told, not yet checked.</summary>
/// <param name="Port">An address.</param>
/// <param name="Baud">Speed or settings of a serial line; null where nothing is said.</param>
/// <param name="Seconds">How long to listen.</param>
/// <param name="Ask">Readers may be asked.</param>
/// <param name="ShowNumbers">The numbers of cards may be shown.</param>
/// <param name="Capture">File for the session; null = none.</param>
/// <param name="Json">For other programs.</param>
public sealed record IdentifyArguments(string Port, string? Baud, int Seconds, bool Ask, bool ShowNumbers, string? Capture, bool Json);

/// <summary>What the commands do; the composition root says it. Each returns the exit code.</summary>
public interface IKioskCommands
{
    /// <summary>Works as the kiosk until told to stop.</summary>
    public Task<int> RunAsync(CommonArguments common, RunSwitches switches, CancellationToken cancellation);

    /// <summary>Prints the effective settings.</summary>
    public int CheckConfig(CommonArguments common);

    /// <summary>Enrols the kiosk at a server.</summary>
    public Task<int> EnrolAsync(CommonArguments common, string server, string code, bool replace, CancellationToken cancellation);

    /// <summary>Prints how the kiosk stands.</summary>
    public Task<int> StatusAsync(CommonArguments common, bool json);

    /// <summary>Prints what is plugged in.</summary>
    public int Readers(CommonArguments common, bool json);

    /// <summary>Finds out what is on a port.</summary>
    public Task<int> IdentifyAsync(CommonArguments common, IdentifyArguments arguments, CancellationToken cancellation);
}

/// <summary>The command line: grammar and help, no work. Exit codes: 0 done, 1 failed, 2 wrong usage.</summary>
public static class CommandLine
{
    /// <summary>Runs what the arguments say.</summary>
    /// <param name="args">As given to the program.</param>
    /// <param name="commands">What the commands do.</param>
    /// <param name="output">For help and results.</param>
    /// <param name="error">For sentences about what went wrong.</param>
    /// <param name="cancellation">Stops a running command.</param>
    public static async Task<int> InvokeAsync(string[] args, IKioskCommands commands, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var data = new Option<string>("--data") { Description = Text.HelpData, HelpName = "DIR", DefaultValueFactory = _ => ".", Recursive = true };
        var config = new Option<string?>("--config") { Description = Text.HelpConfig, HelpName = "FILE", Recursive = true };
        var check = new Option<bool>("--check-config") { Description = Text.HelpCheckConfig };
        var checkOfRun = new Option<bool>("--check-config") { Description = Text.HelpCheckConfig };
        var lines = new Option<bool>("--status-lines") { Hidden = true };
        var linesOfRun = new Option<bool>("--status-lines") { Hidden = true };
        var namesOfRun = new Option<bool>("--names") { Hidden = true };
        CommonArguments Common(ParseResult result) => new(result.GetValue(data)!, result.GetValue(config));
        Task<int> Run(ParseResult result, bool checkConfig, RunSwitches switches, CancellationToken stop) =>
            checkConfig ? Task.FromResult(commands.CheckConfig(Common(result))) : commands.RunAsync(Common(result), switches, stop);

        var captureOfRun = new Option<string?>("--capture") { Description = IdentifyText.HelpCaptureOfRun, HelpName = "FILE" };
        var run = new Command("run", Text.HelpRun) { checkOfRun, captureOfRun, linesOfRun, namesOfRun };
        run.SetAction((result, stop) => Run(result, result.GetValue(checkOfRun), new RunSwitches(result.GetValue(linesOfRun), result.GetValue(namesOfRun), result.GetValue(captureOfRun)), stop));

        var server = new Option<string>("--server") { Description = Text.HelpServer, HelpName = "URL", Required = true };
        var code = new Option<string>("--code") { Description = Text.HelpCode, HelpName = "CODE", Required = true };
        var replace = new Option<bool>("--replace") { Description = Text.HelpReplace };
        var enrol = new Command("enrol", Text.HelpEnrol) { server, code, replace };
        enrol.SetAction((result, stop) => commands.EnrolAsync(Common(result), result.GetValue(server)!, result.GetValue(code)!, result.GetValue(replace), stop));

        var format = new Option<string>("--format") { Description = Text.HelpFormat, HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        var status = new Command("status", Text.HelpStatus) { format };
        status.SetAction((result, _) => commands.StatusAsync(Common(result), result.GetValue(format) == "json"));

        var formatOfReaders = new Option<string>("--format") { Description = Text.HelpFormat, HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        formatOfReaders.AcceptOnlyFromAmong("table", "json");
        var readers = new Command("readers", Text.HelpReaders) { formatOfReaders };
        readers.SetAction(result => commands.Readers(Common(result), result.GetValue(formatOfReaders) == "json"));

        var port = new Option<string>("--port") { Description = IdentifyText.HelpPort, HelpName = "PORT", Required = true };
        var baud = new Option<string?>("--baud") { Description = IdentifyText.HelpBaud, HelpName = "N" };
        var seconds = new Option<int>("--seconds") { Description = IdentifyText.HelpSeconds, HelpName = "N", DefaultValueFactory = _ => 30 };
        var ask = new Option<bool>("--ask") { Description = IdentifyText.HelpAsk };
        var showNumbers = new Option<bool>("--show-numbers") { Description = IdentifyText.HelpShowNumbers };
        var captureOfIdentify = new Option<string?>("--capture") { Description = IdentifyText.HelpCaptureOfIdentify, HelpName = "FILE" };
        var formatOfIdentify = new Option<string>("--format") { Description = Text.HelpFormat, HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        formatOfIdentify.AcceptOnlyFromAmong("table", "json");
        var identify = new Command("identify", IdentifyText.HelpIdentify) { port, baud, seconds, ask, showNumbers, captureOfIdentify, formatOfIdentify };
        identify.SetAction((result, stop) => commands.IdentifyAsync(
            Common(result),
            new IdentifyArguments(
                result.GetValue(port)!, result.GetValue(baud), result.GetValue(seconds), result.GetValue(ask), result.GetValue(showNumbers), result.GetValue(captureOfIdentify), result.GetValue(formatOfIdentify) == "json"),
            stop));

        var root = new RootCommand(Text.HelpRoot) { data, config, check, lines, run, enrol, status, readers, identify };
        Help.Translate(root);
        root.SetAction((result, stop) => Run(result, result.GetValue(check), new RunSwitches(result.GetValue(lines), Names: false, Capture: null), stop));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync(CommandText.Usage(Problem(parsed)));
            return KioskException.WrongUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // Signals are the composition root's: a kiosk stops in order, however long its last commit takes.
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
            }, cancellation);
        }
        catch (KioskException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return problem.ExitCode;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or SqliteException or JournalOutOfServiceException)
        {
            // The disk, not our mistake: one sentence, and an exit code after which a supervisor starts us again.
            await error.WriteLineAsync(CommandText.DiskFailed(problem.Message));
            return KioskException.Failed;
        }
    }

    // One mistake brings several errors with it; the first wrong word says the most.
    private static string Problem(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is [var word, ..]) return CommandText.UnknownWord(word);
        var command = parsed.CommandResult.Command;
        if (command.Options.FirstOrDefault(option => option.Required && parsed.GetResult(option) is null or { Implicit: true }) is { } missing)
            return CommandText.MissingOption(missing.Name);
        var wrong = parsed.Errors[0];
        return (wrong.SymbolResult as OptionResult ?? wrong.SymbolResult?.Parent as OptionResult) switch
        {
            null => wrong.Message,
            { Tokens.Count: 0 } option => CommandText.MissingOption(option.Option.Name),
            { } option => CommandText.BadOption(option.Option.Name, string.Join(' ', option.Tokens)),
        };
    }
}
