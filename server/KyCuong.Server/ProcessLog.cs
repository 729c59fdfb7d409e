using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace KyCuong.Server;

/// <summary>
/// Where this process logs. A server: to its console and to a file a day in the data directory. A command: errors only, to
/// standard error, so that what it prints stays what was asked for.
/// </summary>
internal static class ProcessLog
{
    private const int KeptFiles = 90;
    private const long MostFileBytes = 64L * 1024 * 1024;
    private const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {SourceContext}: {Message:lj}";

    /// <summary>The loggers for what <paramref name="arguments"/> ask for.</summary>
    public static ILoggerFactory For(string[] arguments)
    {
        var data = new Option<string?>("--data");
        var parse = new RootCommand { TreatUnmatchedTokensAsErrors = false, Options = { data } }.Parse(arguments);
        var serves = parse.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is null or "serve" && !arguments.Any(IsQuestion);
        var lines = new LogLines(Line);
        var log = new LoggerConfiguration().MinimumLevel.Override("Microsoft", LogEventLevel.Warning).Enrich.FromLogContext()
            // Said to whoever started it, in a sentence (ServerHost); a page of stack would hide that.
            .Filter.ByExcluding(line => line.MessageTemplate.Text == "Hosting failed to start");
        if (serves)
        {
            Disk.KeepPrivate();
            var folder = Path.Combine(Path.GetFullPath(parse.GetValue(data) ?? CommandHost.DefaultDataDirectory), "logs");
            log.WriteTo.Console(lines, standardErrorFromLevel: LogEventLevel.Verbose)
                .WriteTo.File(
                    lines, Path.Combine(folder, "server-.log"),
                    rollingInterval: RollingInterval.Day, retainedFileCountLimit: KeptFiles, fileSizeLimitBytes: MostFileBytes, rollOnFileSizeLimit: true);
        }
        else
        {
            log.MinimumLevel.Error()
                .WriteTo.Console(lines, standardErrorFromLevel: LogEventLevel.Verbose);
        }

        return new SerilogLoggerFactory(log.CreateLogger(), dispose: true);
    }

    private static bool IsQuestion(string argument) => argument is "--help" or "-h" or "-?" or "--version" or "--check-config";
}
