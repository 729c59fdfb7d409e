using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KyCuong.Testing;

/// <summary>The built server as a process of its own, for programs that reference the server's project. Thread-safe.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const int MostKeptLines = 20_000;
    private readonly Process _process;
    private bool _disposed;
    private readonly List<string> _said = [];
    private readonly TaskCompletionSource<int> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("the server ended: " + string.Join('\n', Said)));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it printed last.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said) return [.. _said];
        }
    }

    /// <summary>Its number in the system.</summary>
    public int Id => _process.Id;

    /// <summary>The kiosk port, once the server listens.</summary>
    public Task<int> ListeningAsync(CancellationToken cancel) => _listening.Task.WaitAsync(cancel);

    /// <summary>Starts the server.</summary>
    /// <param name="data">Its directory.</param>
    /// <param name="port">Of its kiosks.</param>
    /// <param name="environment">Variables it has beside this process's; null: none.</param>
    public static ServerProcess Serve(string data, int port, IReadOnlyDictionary<string, string>? environment = null) =>
        new(Start(environment, "serve", "--data", data, "--kiosk-port", port.ToString(CultureInfo.InvariantCulture), "--status-lines"));

    /// <summary>Starts one command.</summary>
    public static ServerProcess Command(params string[] arguments) => new(Start(null, arguments));

    /// <summary>Runs one command to its end; what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message brings what it said.</exception>
    public static async Task<string> CommandAsync(CancellationToken cancel, params string[] arguments)
    {
        using var process = Start(null, arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}{await output}");
    }

    /// <summary>Runs one command to its end; its exit code, above 128 by a signal.</summary>
    /// <param name="environment">Variables it has beside this process's.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="arguments">The command.</param>
    public static async Task<int> ExitCodeAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancel, params string[] arguments) =>
        (await EndAsync(environment, cancel, arguments)).Code;

    /// <summary>Runs one command to its end; its exit code, above 128 by a signal, and what it printed for others to read.</summary>
    /// <param name="environment">Variables it has beside this process's; null: none.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="arguments">The command.</param>
    public static async Task<(int Code, string Output)> EndAsync(IReadOnlyDictionary<string, string>? environment, CancellationToken cancel, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        await Task.WhenAll(output, error);
        return (process.ExitCode, await output);
    }

    /// <summary>Completes when it has ended, however, and all it printed is taken in.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>True once it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>How it ended; above 128 by a signal. Only once it has.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Asks it to stop in order; its exit code. Linux.</summary>
    public async Task<int> StopAsync(CancellationToken cancel)
    {
        if (!_process.HasExited && Signal(_process.Id, Terminate) != 0) _process.Kill();
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    /// <summary>Ends it at once and returns when it is gone; programs that it started may go on, and hold what it printed to.</summary>
    /// <exception cref="TimeoutException">The system did not end it.</exception>
    public void Kill()
    {
        _process.Kill();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(30))) throw new TimeoutException($"process {_process.Id} was killed and has not ended");
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
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
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "KyCuong.Server.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_said)
        {
            _said.Add(line);
            if (_said.Count > MostKeptLines) _said.RemoveAt(0);
        }

        const string Prefix = "@listening port=";
        if (line.StartsWith(Prefix, StringComparison.Ordinal)) _listening.TrySetResult(int.Parse(line.AsSpan(Prefix.Length), CultureInfo.InvariantCulture));
    }
}
