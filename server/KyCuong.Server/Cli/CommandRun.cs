using KyCuong.Server.Formats;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Cli;

/// <summary>One run of one command: turns what went wrong into one sentence and an exit code.</summary>
internal static partial class CommandRun
{
    /// <summary>Runs <paramref name="work"/>. Mistakes of our own are logged whole and reported in one line.</summary>
    public static async Task<int> GuardAsync(
        ICommandConsole console, ILogger logger, Func<CancellationToken, Task<int>> work, CancellationToken cancel)
    {
        // System.CommandLine listens for signals once the action has yielded; what runs before that would die of a SIGTERM.
        await Task.Yield();
        try
        {
            return await work(cancel);
        }
        catch (CommandException error)
        {
            await console.Error.WriteLineAsync(PlainText.Of(error.Message, lines: true).AsMemory(), CancellationToken.None);
            return error.ExitCode;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync(CliText.Get("cancelled").AsMemory(), CancellationToken.None);
            return 1;
        }
        catch (Exception error)
        {
            LogFailed(logger, error);
            await console.Error.WriteLineAsync(PlainText.Of(CliText.Get("unexpected", error.GetType().Name, error.Message), lines: true).AsMemory(), CancellationToken.None);
            return 1;
        }
        finally
        {
            await console.Out.FlushAsync(CancellationToken.None);
            await console.Error.FlushAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Error, "A command failed for a reason it does not know")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
