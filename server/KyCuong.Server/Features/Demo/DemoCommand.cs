using System.CommandLine;
using KyCuong.Server.Cli;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Demo;

/// <summary><c>demo [--once]</c>: everything, end to end, on a directory of its own.</summary>
internal static class DemoCommand
{
    private const string DefaultDirectory = "kycuong-demo";

    /// <summary>The command. It needs a process of its own, so a running server does not offer it.</summary>
    public static Command Create(CommandHost host, ICommandConsole console, TimeProvider time, ILoggerFactory loggers)
    {
        var once = new Option<bool>("--once") { Description = DemoText.Get("option.once") };
        var command = new Command("demo", DemoText.Get("command")) { once };
        command.SetAction((parse, cancel) => CommandRun.GuardAsync(
            console,
            loggers.CreateLogger(typeof(DemoCommand)),
            async token =>
            {
                // --data has a default that is no place for a demo; only a directory the person named counts.
                var named = parse.GetResult(host.Data) is { Implicit: false } ? parse.GetValue(host.Data)! : DefaultDirectory;
                using var directory = DemoDirectory.Prepare(named);
                return await new DemoRun(directory, console, time, loggers).RunAsync(parse.GetValue(once), token);
            },
            cancel));
        return command;
    }
}
