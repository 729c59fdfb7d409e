using System.CommandLine;
using KyCuong.Server.Cli;

namespace KyCuong.Server;

/// <summary>The commands that work on a store: the same whether typed or carried out by the running server.</summary>
internal static class Commands
{
    /// <summary>A fresh tree of commands for this host.</summary>
    public static RootCommand For(CommandHost host)
    {
        var root = new RootCommand(CliText.Get("root"));
        host.AddOptions(root);
        return root;
    }
}
