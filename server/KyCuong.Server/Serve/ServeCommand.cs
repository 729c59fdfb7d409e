using System.CommandLine;
using System.Globalization;
using System.Net;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Serve;

/// <summary><c>serve</c>: runs the server until it is told to stop.</summary>
public static class ServeCommand
{
    /// <summary>The command.</summary>
    /// <param name="host">Names the data directory.</param>
    /// <param name="console">Where its words go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the server logs.</param>
    /// <param name="companions">What runs beside the server as long as it does, e.g. the control socket.</param>
    public static Command Create(
        CommandHost host, ICommandConsole console, TimeProvider time, ILoggerFactory loggers, Func<ServerHost, IEnumerable<IHostedService>> companions)
    {
        var port = new Option<int?>("--kiosk-port") { Description = ServeText.Get("help.port"), HelpName = "N" };
        var listen = new Option<string?>("--listen") { Description = ServeText.Get("help.listen"), HelpName = "ADDRESS" };
        var check = new Option<bool>("--check-config") { Description = ServeText.Get("help.check") };
        var status = new Option<bool>("--status-lines") { Description = ServeText.Get("help.status"), Hidden = true };
        var command = new Command("serve", ServeText.Get("help")) { port, listen, check, status };
        command.SetAction((parse, cancel) => CommandRun.GuardAsync(console, loggers.CreateLogger(typeof(ServeCommand)), async cancel =>
        {
            var data = DataDirectory.Open(parse.GetValue(host.Data)!);
            var options = Override(await ServerSettings.ReadAsync(data, cancel), parse.GetValue(port), parse.GetValue(listen)).Checked();
            if (parse.GetValue(check))
            {
                await console.Out.WriteAsync(Describe(data, options).AsMemory(), cancel);
                return 0;
            }

            return await RunAsync(data, options, parse.GetValue(status), console, time, loggers, companions, cancel);
        }, cancel));
        return command;
    }

    private static async Task<int> RunAsync(
        DataDirectory data, ServerOptions options, bool statusLines, ICommandConsole console, TimeProvider time, ILoggerFactory loggers,
        Func<ServerHost, IEnumerable<IHostedService>> companions, CancellationToken cancel)
    {
        await using var store = ServerStore.Open(data, options.Store, time, loggers);
        await using var server = await StartAsync();
        await console.Out.WriteLineAsync(ServeText.Get("listening", server.KioskPort.ToString(CultureInfo.InvariantCulture), options.Listen, data.Root).AsMemory(), CancellationToken.None);
        if (statusLines) await console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"@listening port={server.KioskPort}").AsMemory(), CancellationToken.None);
        await console.Out.FlushAsync(CancellationToken.None);

        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancel.Register(told.SetResult))
        {
            var first = await Task.WhenAny(told.Task, server.Stopped, store.Writer.Broken);
            await server.StopAsync(CancellationToken.None);
            if (first == told.Task)
            {
                await console.Out.WriteLineAsync(ServeText.Get("stopped").AsMemory(), CancellationToken.None);
                return 0;
            }

            // Only a new process sees what is on disk; the supervisor starts it.
            var cause = store.Writer.Broken.IsCompleted ? (await store.Writer.Broken).Message : ServeText.Get("crashed.part");
            await console.Error.WriteLineAsync(ServeText.Get("crashed", cause).AsMemory(), CancellationToken.None);
            return 1;
        }

        async Task<ServerHost> StartAsync()
        {
            try
            {
                return await ServerHost.StartAsync(store, options, loggers, time, cancel, companions);
            }
            catch (Exception problem) when (store.Lost(problem) is { } sentence)
            {
                throw sentence;
            }
        }
    }

    private static ServerOptions Override(ServerOptions options, int? port, string? listen)
    {
        if (port is { } number) options = options with { KioskPort = number };
        if (listen is null) return options;
        return IPAddress.TryParse(listen, out var address)
            ? options with { Listen = address }
            : throw new CommandException(ServeText.Get("settings.address", listen)) { ExitCode = 2 };
    }

    private static string Describe(DataDirectory data, ServerOptions options) => string.Create(CultureInfo.InvariantCulture, $"""
        data             {data.Root}
        kioskPort        {options.KioskPort}
        listen           {options.Listen}
        kioskConnections {options.KioskConnections}
        stopTimeout      {options.StopTimeout:c}
        storage          {(options.Store.Kind == StoreKind.Sqlite ? "sqlite " + data.StoreFile : "postgres " + PostgresSettings.Masked(options.Store.ConnectionString))}

        """);
}
