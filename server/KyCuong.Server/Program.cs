using KyCuong.Server;
using KyCuong.Server.Cli;
using KyCuong.Server.Cli.Control;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Serve;

// The one place that chooses the clock.
#pragma warning disable RS0030
var time = TimeProvider.System;
#pragma warning restore RS0030

var console = new ProcessConsole();
var loggers = ProcessLog.For(args);
var host = new ProcessHost(args, time, console, loggers);

// Commands on a store run here, or in the server that has it open.
var root = Commands.For(host);

// These need a process of their own.
var serve = ServeCommand.Create(host, console, time, loggers, server =>
    [new ControlServer(server.Store, time, loggers, commands => Commands.For(commands, new LiveServer(server.Kiosks, server.KioskPort)))]);
root.Subcommands.Add(serve);
root.Subcommands.Add(DemoCommand.Create(host, console, time, loggers));
root.Subcommands.Add(RestoreCommand.Create(host, console, time));
root.Action = serve.Action;

var code = await CommandLine.RunAsync(root, args, console, CancellationToken.None, TimeSpan.FromSeconds(30));
try
{
    loggers.Dispose();
}
catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
{
    // The disk that ended the server has the log too: what it was to answer stands.
}

return code;
