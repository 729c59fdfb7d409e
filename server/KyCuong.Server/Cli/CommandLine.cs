using System.CommandLine;

namespace KyCuong.Server.Cli;

/// <summary>Parses and runs one command line. Exit codes: 0 done, 1 failed, 2 wrong usage.</summary>
public static class CommandLine
{
    /// <summary>Runs <paramref name="arguments"/> with <paramref name="root"/>; a wrong call gets one sentence.</summary>
    /// <param name="root">The tree of commands.</param>
    /// <param name="arguments">What was typed.</param>
    /// <param name="console">Where words go.</param>
    /// <param name="cancel">Ends the command.</param>
    /// <param name="signals">
    /// How long a command may take to end after Ctrl-C or SIGTERM; null: signals are none of this command's business,
    /// because it is not all the process does.
    /// </param>
    public static async Task<int> RunAsync(
        RootCommand root, IReadOnlyList<string> arguments, ICommandConsole console, CancellationToken cancel, TimeSpan? signals = null)
    {
        Help.Translate(root);
        var parse = root.Parse(arguments);
        if (parse.Errors.Count > 0)
        {
            await console.Error.WriteLineAsync(CliText.Get("usage", WrongUsage.Of(parse)).AsMemory(), cancel);
            await console.Error.FlushAsync(cancel);
            return 2;
        }

        return await parse.InvokeAsync(
            new InvocationConfiguration
            {
                Output = console.Out, Error = console.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = signals,
            },
            cancel);
    }
}
