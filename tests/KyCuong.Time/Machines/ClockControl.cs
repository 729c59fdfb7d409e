using System.IO.MemoryMappedFiles;

namespace KyCuong.Time.Machines;

/// <summary>Puts the wall clock of one process wrong, and its boot-time clock, through the preloaded library (<c>tests/faults/clock.c</c>), while it runs.</summary>
internal sealed class ClockControl : IDisposable
{
    private const int Size = 7 * sizeof(long);
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public ClockControl(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        File.WriteAllBytes(path, new byte[Size]);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        _view = _file.CreateViewAccessor(0, Size);
    }

    /// <summary>Where <c>tests/time.sh</c> built the library; null: it could not.</summary>
    public static string? Library => Environment.GetEnvironmentVariable("KYCUONG_CLOCK_LIBRARY") is { Length: > 0 } path ? path : null;

    /// <summary>How often the process has asked for the time.</summary>
    public long Calls => _view.ReadInt64(3 * sizeof(long));

    /// <summary>How wrong it is, and put so.</summary>
    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(_view.ReadInt64(0) / TimeSpan.NanosecondsPerTick);
        set => _view.Write(0, value.Ticks * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>How often the process has asked for the boot time.</summary>
    public long BootCalls => _view.ReadInt64(6 * sizeof(long));

    /// <summary>From now on it also runs faster by so many parts per million.</summary>
    public void Drift(int ppm)
    {
        _view.Write(2 * sizeof(long), NowNs);
        _view.Write(sizeof(long), (long)ppm);
    }

    /// <summary>
    /// From now on the machine's one crystal runs faster by so many parts per million, and with it both clocks. What it has gained or lost until now
    /// stays. To be called while the process does not run, or has no use of its clocks for a moment.
    /// </summary>
    public void DriftBoth(int ppm)
    {
        var now = NowNs;
        var gained = (long)((Int128)(now - _view.ReadInt64(2 * sizeof(long))) * _view.ReadInt64(5 * sizeof(long)) / 1_000_000);
        Add(0, gained);
        Add(4, gained);
        _view.Write(2 * sizeof(long), now);
        _view.Write(sizeof(long), (long)ppm);
        _view.Write(5 * sizeof(long), (long)ppm);
    }

    /// <summary>As if so much time had gone by, by a crystal as wrong as <see cref="DriftBoth"/> said.</summary>
    public void Pass(TimeSpan time)
    {
        var ns = (Int128)time.Ticks * TimeSpan.NanosecondsPerTick;
        var counted = (long)(ns + (ns * _view.ReadInt64(5 * sizeof(long)) / 1_000_000));
        Add(0, counted);
        Add(4, counted);
    }

    // The library counts from CLOCK_MONOTONIC, as this clock does.
    private long NowNs => (long)(_time.GetTimestamp() * (1e9 / _time.TimestampFrequency));

    private void Add(int word, long ns) => _view.Write(word * sizeof(long), _view.ReadInt64(word * sizeof(long)) + ns);

    /// <summary>What the process needs in its environment.</summary>
    /// <param name="zone">Of its machine.</param>
    /// <param name="bootIdFile">Read in place of the kernel's; null: the kernel's.</param>
    public Dictionary<string, string> Environs(string zone, string? bootIdFile = null)
    {
        var variables = new Dictionary<string, string> { ["LD_PRELOAD"] = Library!, ["KYCUONG_CLOCK_CONTROL"] = _path, ["TZ"] = zone };
        if (bootIdFile is not null) variables["KYCUONG_CLOCK_BOOT_ID"] = bootIdFile;
        return variables;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
