using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Serve;
using KyCuong.Server.Store.Rows;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Features.Kiosks;

/// <summary><c>kiosk add | list | lost | conflicts | release | retire | revoke | watch</c>.</summary>
public static partial class KioskCommand
{
    private const int ReasonLength = 200;
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(2);

    /// <summary>The command.</summary>
    /// <param name="host">Runs it where the store is.</param>
    /// <param name="live">The running server when it carries the command out; null: none runs on this store.</param>
    public static Command Create(CommandHost host, LiveServer? live = null) =>
        new("kiosk", KioskText.Get("help")) { Add(host, live), List(host, live), KioskLossCommand.Create(host, CodeArgument(), live), KioskConflictsCommand.Create(host), KioskReleaseCommand.Create(host, CodeArgument()), Retire(host), Revoke(host), Watch(host, live) };

    private static Command Add(CommandHost host, LiveServer? live)
    {
        var code = CodeArgument();
        var name = new Option<string?>("--name") { Description = KioskText.Get("help.name"), HelpName = "NAME" };
        var unit = new Option<string?>("--unit") { Description = KioskText.Get("help.unit"), HelpName = "U" };
        var command = new Command("add", KioskText.Get("help.add")) { code, name, unit };
        command.SetAction((parse, cancel) => host.RunAsync(parse, async (context, cancel) =>
        {
            using var authority = ServerHost.OpenAuthority(context.Data.Folder(ServerHost.KeyFolder), context.Time);
            var invitation = await new KioskAdministration(context.Store, context.Time).InviteAsync(
                context.Agency, parse.GetValue(code)!, parse.GetValue(name), parse.GetValue(unit), authority, cancel);
            var port = live?.KioskPort ?? (await ServerSettings.ReadAsync(context.Data, cancel)).KioskPort;
            KioskOutput.WriteInvitation(context, invitation, ServerAddresses.Of(port), running: live is not null);
            return 0;
        }, cancel));
        return command;
    }

    private static Command List(CommandHost host, LiveServer? live)
    {
        var command = new Command("list", KioskText.Get("help.list"));
        command.SetAction((parse, cancel) => host.RunAsync(parse, async (context, cancel) =>
        {
            var (agency, kiosks) = await new KioskAdministration(context.Store, context.Time).ListAsync(context.Agency, live?.Kiosks, cancel);
            await context.Console.Out.WriteAsync(KioskOutput.ListOf(context, agency, kiosks).AsMemory(), cancel);
            return 0;
        }, cancel));
        return command;
    }

    private static Command Retire(CommandHost host)
    {
        var code = CodeArgument();
        var command = new Command("retire", KioskText.Get("help.retire")) { code };
        command.SetAction((parse, cancel) => host.RunAsync(parse, async (context, cancel) =>
        {
            var kiosk = parse.GetValue(code)!;
            await new KioskAdministration(context.Store, context.Time).EndAsync(context.Agency, kiosk, KioskState.Retired, cancel);
            var logger = context.Loggers.CreateLogger(typeof(KioskCommand));
            LogRetired(logger, kiosk);
            await context.Console.Out.WriteLineAsync(KioskText.Get("end.retired", kiosk).AsMemory(), cancel);
            return 0;
        }, cancel));
        return command;
    }

    private static Command Revoke(CommandHost host)
    {
        var code = CodeArgument();
        var reason = new Option<string>("--reason") { Description = KioskText.Get("help.reason"), HelpName = "REASON", Required = true };
        var command = new Command("revoke", KioskText.Get("help.revoke")) { code, reason };
        command.SetAction((parse, cancel) => host.RunAsync(parse, async (context, cancel) =>
        {
            var why = parse.GetValue(reason)!.Trim();
            if (why.Length is 0 or > ReasonLength) throw new CommandException(KioskText.Get("end.reason", ReasonLength)) { ExitCode = 2 };
            var kiosk = parse.GetValue(code)!;
            await new KioskAdministration(context.Store, context.Time).EndAsync(context.Agency, kiosk, KioskState.Revoked, cancel);
            var logger = context.Loggers.CreateLogger(typeof(KioskCommand));
            LogRevoked(logger, kiosk, why);
            await context.Console.Out.WriteLineAsync(KioskText.Get("end.revoked", kiosk).AsMemory(), cancel);
            return 0;
        }, cancel));
        return command;
    }

    private static Command Watch(CommandHost host, LiveServer? live)
    {
        var command = new Command("watch", KioskText.Get("help.watch"));
        command.SetAction((parse, cancel) => host.RunAsync(parse, async (context, cancel) =>
        {
            const string clearScreen = "\u001b[H\u001b[2J";
            var administration = new KioskAdministration(context.Store, context.Time);
            var shown = "";
            try
            {
                while (true)
                {
                    var (agency, kiosks) = await administration.ListAsync(context.Agency, live?.Kiosks, cancel);
                    var list = KioskOutput.ListOf(context, agency, kiosks);
                    if (list != shown) await context.Console.Out.WriteAsync((context.Console.IsTerminal ? clearScreen + list : list).AsMemory(), cancel);
                    await context.Console.Out.FlushAsync(cancel);
                    shown = list;
                    await Task.Delay(WatchPause, context.Time, cancel);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return 0;
            }
        }, cancel));
        return command;
    }

    private static Argument<string> CodeArgument() => new("CODE") { Description = KioskText.Get("help.code") };

    [LoggerMessage(Level = LogLevel.Information, Message = "Kiosk {Kiosk} retired")]
    private static partial void LogRetired(ILogger logger, string kiosk);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kiosk {Kiosk} revoked: {Reason}")]
    private static partial void LogRevoked(ILogger logger, string kiosk, string reason);
}
