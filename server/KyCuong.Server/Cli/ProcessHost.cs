using System.CommandLine;
using KyCuong.Server.Cli.Control;
using KyCuong.Server.Serve;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Cli;

/// <summary>
/// Runs the command this process was started with: in the server that has the directory open, or, when none does, here
/// with the store opened for it.
/// </summary>
public sealed class ProcessHost(string[] arguments, TimeProvider time, ICommandConsole console, ILoggerFactory loggers) : CommandHost
{
    /// <summary>How long a command waits for another that has the store open, or for a server that is starting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc />
    public override Task<int> RunAsync(ParseResult parse, Func<CommandContext, CancellationToken, Task<int>> work, CancellationToken cancel) =>
        CommandRun.GuardAsync(console, loggers.CreateLogger<ProcessHost>(), token => RunAsync(parse, work, time.GetTimestamp(), token), cancel);

    private async Task<int> RunAsync(ParseResult parse, Func<CommandContext, CancellationToken, Task<int>> work, long start, CancellationToken cancel)
    {
        var data = DataDirectory.Open(parse.GetValue(Data)!);
        while (true)
        {
            if (await ControlClient.TryRunAsync(data, arguments, console, cancel) is { } code) return code;
            ServerStore store;
            try
            {
                var options = (await ServerSettings.ReadAsync(data, cancel)).Checked();
                store = ServerStore.Open(data, options.Store, time, loggers);
            }
            catch (CommandException error) when (error.MayPass && time.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, time, cancel);
                continue;
            }

            await using (store)
            {
                var context = new CommandContext(store, data, time, console, parse.GetValue(Format) == "json", parse.GetValue(Agency), loggers);
                try
                {
                    return await work(context, cancel);
                }
                catch (Exception problem) when (store.Lost(problem) is { } sentence)
                {
                    throw sentence;
                }
            }
        }
    }
}
