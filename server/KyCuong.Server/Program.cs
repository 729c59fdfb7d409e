using KyCuong.Server;
using KyCuong.Server.Cli;
using Microsoft.Extensions.Logging;

// The one place that chooses the clock.
#pragma warning disable RS0030
var time = TimeProvider.System;
#pragma warning restore RS0030

var console = new ProcessConsole();
using var loggers = LoggerFactory.Create(_ => { });
var host = new ProcessHost(args, time, console, loggers);
var root = Commands.For(host);
return await CommandLine.RunAsync(root, args, console, CancellationToken.None);
