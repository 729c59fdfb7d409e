using KyCuong.Server.Cli;
using KyCuong.Server.Store;

namespace KyCuong.Server.Serve;

/// <summary>The settings of a data directory.</summary>
internal static class ServerSettings
{
    /// <summary>No settings file is longer than this many bytes.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>Defaults, and what <c>server.json</c> says where there is one. Not yet checked for range.</summary>
    /// <exception cref="CommandException">The file cannot be read or is wrong; the message says where.</exception>
    public static async Task<ServerOptions> ReadAsync(DataDirectory data, CancellationToken cancel)
    {
        var file = new FileInfo(data.PathOf(ServerSettingsFile.Name));
        var defaults = new ServerOptions();
        if (!file.Exists) return defaults;
        if (file.Length > MostBytes) throw new CommandException(ServeText.Get("settings.long", file.FullName, MostBytes)) { ExitCode = 2 };
        try
        {
            return ServerSettingsFile.Read(file.FullName, await File.ReadAllBytesAsync(file.FullName, cancel), defaults);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ServeText.Get("settings.unreadable", file.FullName, problem.Message), problem);
        }
    }
}
