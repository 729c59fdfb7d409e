using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>The built kiosk as a process.</summary>
internal sealed class KioskProcess : IDisposable
{
    private static readonly string Program = typeof(KioskProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "KioskProgram").Value!;

    private readonly Process _process;
    private readonly Task _read;

    private KioskProcess(Process process)
    {
        _process = process;
        _read = Task.WhenAll(CopyAsync(process.StandardOutput, Output), CopyAsync(process.StandardError, Error));
    }

    public ConcurrentQueue<string> Output { get; } = [];

    public ConcurrentQueue<string> Error { get; } = [];

    public int Id => _process.Id;

    public static KioskProcess Start(params string[] arguments) => StartBehind([], arguments);

    /// <summary>Behind a command that becomes the program it is given.</summary>
    public static KioskProcess StartBehind(IReadOnlyList<string> command, IReadOnlyList<string> arguments)
    {
        string[] line = [.. command, "dotnet", Program, .. arguments];
        var start = new ProcessStartInfo(line[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in line.Skip(1)) start.ArgumentList.Add(argument);
        return new KioskProcess(Process.Start(start)!);
    }

    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var code = await process.ExitAsync();
        return (code, string.Join('\n', process.Output), string.Join('\n', process.Error));
    }

    public Task SaidAsync(string line) => RealClock.UntilAsync(
        () => Output.Contains(line) || (_process.HasExited ? throw new InvalidOperationException($"Ended without saying {line}: {string.Join('\n', Output.Concat(Error))}") : false), line);

    public void Kill() => _process.Kill();

    public void Terminate() => Signal("-TERM");

    /// <summary>As Ctrl+C does.</summary>
    public void Interrupt() => Signal("-INT");

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(RealClock.Patience, RealClock.Wall);
        await _read;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static async Task CopyAsync(StreamReader from, ConcurrentQueue<string> to)
    {
        while (await from.ReadLineAsync() is { } line) to.Enqueue(line);
    }
}
