using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using KyCuong.Server.Cli;

namespace KyCuong.Server.Features.Demo;

/// <summary>
/// A real kiosk, as a process of its own. What it reports on its status lines is kept: <c>@ready</c>, <c>@linked</c>,
/// <c>@tap seq=N</c> (committed, the officer saw it), <c>@acked seq=N</c> (the server has it). Thread-safe.
/// </summary>
internal sealed class KioskProcess : IAsyncDisposable
{
    private const int MostKeptLines = 200;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<long> _taps = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _linked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _exited;
    private long _lastTap;
    private long _lastAcked;
    private bool _disposed;

    private KioskProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _exited = WatchAsync();
    }

    /// <summary>True when the programs were published into one directory, not started from where the build put them.</summary>
    public static bool IsInstalled => File.Exists(Beside);

    private static string Beside => Path.Combine(AppContext.BaseDirectory, "KyCuong.Kiosk.dll");

    /// <summary>
    /// Where the kiosk's program lies: beside the server when installed, otherwise where the build put it.
    /// </summary>
    public static string Program
    {
        get
        {
            if (IsInstalled) return Beside;
            var built = typeof(KioskProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "KioskProgram")?.Value;
            var path = built is null ? Beside : Path.GetFullPath(built, AppContext.BaseDirectory);
            return File.Exists(path) ? path : throw new CommandException(DemoText.Get("kiosk.missing", Beside));
        }
    }

    /// <summary>Highest sequence the officer saw green for; 0 for none.</summary>
    public long LastTap => Interlocked.Read(ref _lastTap);

    /// <summary>Highest sequence the server acknowledged; 0 for none.</summary>
    public long LastAcked => Interlocked.Read(ref _lastAcked);

    /// <summary>Every sequence the officer saw green for, in order; a copy, for more may come while it is read.</summary>
    public IReadOnlyCollection<long> Taps => _taps.ToArray();

    /// <summary>What it printed last; a copy.</summary>
    public IReadOnlyCollection<string> Lines => _lines.ToArray();

    /// <summary>The process number.</summary>
    public int Id => _process.Id;

    /// <summary>Enrols a kiosk with a code.</summary>
    /// <exception cref="CommandException">It failed; the message brings what the kiosk said.</exception>
    public static async Task EnrolAsync(string directory, string server, string code, CancellationToken cancel)
    {
        using var process = Start(null, "enrol", "--data", directory, "--server", server, "--code", code);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0) throw new CommandException(DemoText.Get("kiosk.enrol", (await error + await output).Trim()));
    }

    /// <summary>Starts the kiosk's agent.</summary>
    /// <param name="directory">Its data.</param>
    /// <param name="environment">Variables it has beside this process's; null: none.</param>
    public static KioskProcess Run(string directory, IReadOnlyDictionary<string, string>? environment = null) =>
        new(Start(environment, "run", "--data", directory, "--status-lines", "--names"));

    /// <summary>Completes when it has ended, however, and all it printed is taken in.</summary>
    public Task Ended => _exited;

    /// <summary>How it ended; above 128 by a signal. Only once it has.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Completes when every reader is connected.</summary>
    /// <exception cref="CommandException">The kiosk ended before.</exception>
    public Task ReadyAsync(CancellationToken cancel) => _ready.Task.WaitAsync(cancel);

    /// <summary>Completes when the link to the server is up.</summary>
    /// <exception cref="CommandException">The kiosk ended before.</exception>
    public Task LinkedAsync(CancellationToken cancel) => _linked.Task.WaitAsync(cancel);

    /// <summary>Asks it to stop in order; its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancel)
    {
        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows()) _process.Kill();
            else if (Signal(_process.Id, Terminate) != 0) _process.Kill();
        }

        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _exited;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await KillAsync();
        _process.Dispose();
    }

    private const int Terminate = 15;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    private static Process Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new CommandException(DemoText.Get("kiosk.start", Program));
    }

    private async Task WatchAsync()
    {
        await _process.WaitForExitAsync();
        var said = new CommandException(DemoText.Get("kiosk.ended", _process.ExitCode, string.Join('\n', _lines.TakeLast(5))));
        _ready.TrySetException(said);
        _linked.TrySetException(said);
    }

    private void Take(string? line)
    {
        if (line is null) return;
        if (line.StartsWith("@ready", StringComparison.Ordinal)) _ready.TrySetResult();
        else if (line.StartsWith("@linked", StringComparison.Ordinal)) _linked.TrySetResult();
        else if (Number(line, "@tap seq=") is { } tap)
        {
            _taps.Enqueue(tap);
            Interlocked.Exchange(ref _lastTap, tap);
        }
        else if (Number(line, "@acked seq=") is { } acked) Interlocked.Exchange(ref _lastAcked, acked);
        else Keep(line);
    }

    private static long? Number(string line, string prefix) =>
        line.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(line.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        _lines.Enqueue(line);
        while (_lines.Count > MostKeptLines) _lines.TryDequeue(out _);
    }
}
