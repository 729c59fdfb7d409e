using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Features.Log;

/// <summary><c>log head</c>: where the server's log ends, for whoever keeps it outside.</summary>
public static class LogCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandHost host)
    {
        var head = new Command("head", LogText.Get("help.head"));
        head.SetAction((parse, cancel) => host.RunAsync(parse, HeadAsync, cancel));
        return new Command("log", LogText.Get("help")) { head };
    }

    /// <summary>Prints it.</summary>
    internal static async Task<int> HeadAsync(CommandContext context, CancellationToken cancel)
    {
        await using var reader = context.Store.OpenReader();
        var head = LogWriter.Read(reader);
        context.Console.Out.WriteLine(!context.Json
            ? LogText.Get("head", head)
            : JsonText.Of(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("number", head.Number);
                json.WriteString("hash", head.Hash.ToString());
                json.WriteEndObject();
            }));
        return 0;
    }
}
