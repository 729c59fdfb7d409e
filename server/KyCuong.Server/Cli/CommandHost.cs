using System.CommandLine;

namespace KyCuong.Server.Cli;

/// <summary>
/// Runs commands where the store is: in the process that was started, or in the server that has the store open.
/// Commands do not know which. It also owns the options that every command has.
/// </summary>
public abstract class CommandHost
{
    private static readonly string[] Formats = ["table", "json"];

    private protected CommandHost()
    {
        Format.AcceptOnlyFromAmong(Formats);
    }

    /// <summary><c>--data DIR</c>.</summary>
    public Option<string> Data { get; } = new("--data")
    {
        Description = CliText.Get("option.data"),
        HelpName = "DIR",
        Recursive = true,
        DefaultValueFactory = _ => DefaultDataDirectory,
    };

    /// <summary><c>--format table|json</c>.</summary>
    public Option<string> Format { get; } = new("--format")
    {
        Description = CliText.Get("option.format"),
        HelpName = "table|json",
        Recursive = true,
        DefaultValueFactory = _ => Formats[0],
    };

    /// <summary><c>--agency CODE</c>.</summary>
    public Option<string?> Agency { get; } = new("--agency")
    {
        Description = CliText.Get("option.agency"),
        HelpName = "CODE",
        Recursive = true,
    };

    /// <summary>The data directory when none is named: <c>KYCUONG_DATA</c>, else <c>kycuong-data</c> in the working directory.</summary>
    public static string DefaultDataDirectory => Environment.GetEnvironmentVariable("KYCUONG_DATA") is { Length: > 0 } named ? named : "kycuong-data";

    /// <summary>
    /// Runs <paramref name="work"/> against the store of the directory that <paramref name="parse"/> names. Returns its
    /// exit code: 0 done, 1 failed, 2 wrong usage. What goes wrong in a way the person can mend is one sentence on the console.
    /// </summary>
    public abstract Task<int> RunAsync(ParseResult parse, Func<CommandContext, CancellationToken, Task<int>> work, CancellationToken cancel);

    /// <summary>Adds the options that every command has.</summary>
    public void AddOptions(RootCommand root)
    {
        root.Options.Add(Data);
        root.Options.Add(Format);
        root.Options.Add(Agency);
    }
}
