using System.CommandLine;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Cli;

/// <summary>Runs commands against a store that is open already: in the running server, in the demo, in tests.</summary>
public sealed class OpenStoreHost(
    ServerStore store, DataDirectory data, TimeProvider time, ICommandConsole console, ILoggerFactory loggers) : CommandHost
{
    /// <inheritdoc />
    public override Task<int> RunAsync(ParseResult parse, Func<CommandContext, CancellationToken, Task<int>> work, CancellationToken cancel)
    {
        var context = new CommandContext(store, data, time, console, parse.GetValue(Format) == "json", parse.GetValue(Agency), loggers);
        return CommandRun.GuardAsync(console, loggers.CreateLogger<OpenStoreHost>(), token => work(context, token), cancel);
    }
}
