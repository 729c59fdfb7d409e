using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KyCuong.Gate;

/// <summary>The kiosk as a process, and what it says on its status lines. Thread-safe.</summary>
internal sealed class KioskUnderTest : IAsyncDisposable
{
    private const int MostKept = 50;
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<string> _said = new();
    private readonly HashSet<string> _working = new(StringComparer.Ordinal);
    private long _taps;
    private long _acked;
    private int _people = -1;
    private bool _linked;
    private bool _disposed;

    private KioskUnderTest(KioskProgram program, string data, TimeProvider time)
    {
        _time = time;
        StartedAt = time.GetTimestamp();
        _process = program.Start("run", "--data", data, "--status-lines");
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Taps told since start.</summary>
    public long Taps => Interlocked.Read(ref _taps);

    /// <summary>The last entry on the server's disk.</summary>
    public long Acked => Interlocked.Read(ref _acked);

    public bool IsRunning => !_process.HasExited;

    public bool IsLinked
    {
        get { lock (_gate) return _linked; }
    }

    /// <summary>People of the roster in force; -1 before there is one.</summary>
    public int People
    {
        get { lock (_gate) return _people; }
    }

    /// <summary>Just before it was started, by the clock it was given.</summary>
    public long StartedAt { get; }

    /// <summary>When its first tap was told, by the clock it was given; null before.</summary>
    public long? FirstTapAt { get; private set; }

    public static KioskUnderTest Run(KioskProgram program, string data, TimeProvider time) => new(program, data, time);

    /// <summary>True while this reader works.</summary>
    public bool Works(string reader)
    {
        lock (_gate) return _working.Contains(reader);
    }

    /// <summary>The last it said, for messages.</summary>
    public string LastWords()
    {
        lock (_gate) return string.Join('\n', _said);
    }

    /// <summary>Resident memory, bytes, and how much of it is the process's own and not of files, both from /proc.</summary>
    public (long All, long Own) Resident()
    {
        long all = 0, own = 0;
        foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status")))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal)) all = Kilobytes(line);
            else if (line.StartsWith("RssAnon:", StringComparison.Ordinal)) own = Kilobytes(line);
        }

        return (all, own);

        static long Kilobytes(string line) => 1024 * long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1, line.Length - line.IndexOf(':', StringComparison.Ordinal) - 1 - " kB".Length), CultureInfo.InvariantCulture);
    }

    /// <summary>Asks it to stop in order; its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancel)
    {
        if (IsRunning) _ = kill(_process.Id, Terminate);
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (IsRunning) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        if (line.StartsWith("@tap ", StringComparison.Ordinal))
        {
            if (Interlocked.Increment(ref _taps) == 1) FirstTapAt = _time.GetTimestamp();
            return;
        }

        if (After(line, "@acked seq=") is { } acked)
        {
            Interlocked.Exchange(ref _acked, long.Parse(acked, CultureInfo.InvariantCulture));
            return;
        }

        lock (_gate)
        {
            if (line == "@linked") _linked = true;
            else if (line == "@unlinked") _linked = false;
            else if (After(line, "@roster ") is { } roster) _people = int.Parse(roster[(roster.LastIndexOf('=') + 1)..], CultureInfo.InvariantCulture);
            else if (After(line, "@reader id=") is { } reader)
            {
                var id = reader[..reader.IndexOf(' ', StringComparison.Ordinal)];
                if (reader.EndsWith("working=true", StringComparison.Ordinal)) _working.Add(id);
                else _working.Remove(id);
            }
        }
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_gate)
        {
            _said.Enqueue(line);
            if (_said.Count > MostKept) _said.Dequeue();
        }
    }

    private static string? After(string line, string prefix) => line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : null;

#pragma warning disable IDE1006, SYSLIB1054 // A name of the C library; this project has no unsafe code, which generated marshalling would need.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
