using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Apply;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Features.Badges;
using KyCuong.Server.Features.Days;
using KyCuong.Server.Features.Decisions;
using KyCuong.Server.Features.Erasing;
using KyCuong.Server.Features.Imports;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Features.Leave;
using KyCuong.Server.Features.Log;
using KyCuong.Server.Features.Pins;
using KyCuong.Server.Features.Queues;
using KyCuong.Server.Features.Summaries;

namespace KyCuong.Server;

/// <summary>The commands that work on a store: the same whether typed or carried out by the running server.</summary>
internal static class Commands
{
    /// <summary>A fresh tree of commands for this host.</summary>
    /// <param name="host">Runs them where the store is.</param>
    /// <param name="live">The running server when it carries them out; null: none runs on this store.</param>
    public static RootCommand For(CommandHost host, LiveServer? live = null)
    {
        var root = new RootCommand(CliText.Get("root"));
        host.AddOptions(root);
        root.Subcommands.Add(ApplyCommand.Create(host));
        root.Subcommands.Add(ImportCommand.Create(host));
        root.Subcommands.Add(LeaveCommand.Create(host));
        root.Subcommands.Add(DayCommands.CreateDay(host));
        root.Subcommands.Add(DayCommands.CreateExplain(host));
        root.Subcommands.Add(SummaryCommand.Create(host));
        root.Subcommands.Add(QueueCommand.Create(host));
        root.Subcommands.Add(DecisionCommand.Create(host));
        root.Subcommands.Add(IncidentCommand.Create(host));
        root.Subcommands.Add(HandKeptCommand.Create(host));
        root.Subcommands.Add(BadgeCommand.Create(host));
        root.Subcommands.Add(ClaimCommand.Create(host));
        root.Subcommands.Add(TimeCommand.Create(host));
        root.Subcommands.Add(PinCommand.Create(host));
        root.Subcommands.Add(KioskCommand.Create(host, live));
        root.Subcommands.Add(EraseCommand.Create(host));
        root.Subcommands.Add(RetentionCommand.Create(host));
        root.Subcommands.Add(LogCommand.Create(host));
        root.Subcommands.Add(BackupCommand.Create(host));
        return root;
    }
}
