using System.Globalization;
using KyCuong.Testing;

namespace KyCuong.Gate;

/// <summary>How much of everything.</summary>
/// <param name="Rush">How long each lasts.</param>
/// <param name="Shortest">Pause between taps of a reader.</param>
/// <param name="Longest">Likewise.</param>
/// <param name="Bursts">All readers at once, so often.</param>
/// <param name="Starts">So many.</param>
/// <param name="MemoryTaps">Taps through one kiosk.</param>
internal sealed record GateBenchSize(TimeSpan Rush, TimeSpan Shortest, TimeSpan Longest, int Bursts, int Starts, int MemoryTaps)
{
    // A brisk queue: a person a second or less at each of eight readers.
    public static readonly GateBenchSize Full = new(TimeSpan.FromSeconds(150), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(1000), 300, 10, 1_000_000);

    public static readonly GateBenchSize Short = new(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), 3, 2, 20_000);
}

/// <summary>The gate as an agency gets it, measured beside the disk it writes to.</summary>
/// <param name="size">How much.</param>
/// <param name="only">One of <see cref="Parts"/>; null for all.</param>
/// <param name="time">Stamps and waits.</param>
/// <param name="random">When people tap.</param>
internal sealed class GateBench(GateBenchSize size, string? only, TimeProvider time, Random random)
{
    private const string Latency = "latency";
    private const string Start = "start";
    private const string Memory = "memory";

    /// <summary>What can be measured alone.</summary>
    public static readonly IReadOnlyList<string> Parts = [Latency, Start, Memory];

    private const int People = 1000;

    /// <summary>What most gates have; each says a badge when it comes.</summary>
    private static readonly string[] Common =
    [
        GateReader.Rdm6300, GateReader.Id12La, GateReader.LineScanner, GateReader.Em18, GateReader.Rdm6300, GateReader.Id12La, GateReader.LineScanner, GateReader.Rdm6300,
    ];

    /// <summary>One of every other kind: those that are asked, that want an answer, and what comes as keys or reports.</summary>
    private static readonly string[] Others =
    [
        GateReader.Gm65, GateReader.Ssi, GateReader.De2120, GateReader.Pn532, GateReader.Osdp, GateReader.Pcsc, GateReader.Keyboard, GateReader.HidPos, GateReader.WiegandSerial,
    ];

    /// <summary>At one gate.</summary>
    public static int MostReaders => Math.Max(Common.Length, Others.Length);

    private static readonly TimeSpan BetweenBursts = TimeSpan.FromMilliseconds(400);

    private readonly List<string> _problems = [];
    private readonly List<LatencyResult> _latencies = [];
    private readonly List<(string What, Distribution Times)> _starts = [];
    private MemoryResult? _memory;

    /// <summary>Measures everything; what is wrong whatever the machine's speed, as sentences.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string root, KioskProgram program)
    {
        if (Wanted(Latency)) await OthersAsync(Directory.CreateDirectory(Path.Combine(root, "others")).FullName, program);
        using var lines = new GateLines(Common, People, time);
        await using var site = await GateSite.OpenAsync(root, program, lines.Readers, lines.People, time);
        if (Wanted(Latency)) await LatencyAsync(site, lines);
        if (Wanted(Start)) await StartsAsync(site, lines, "with a day's journal");
        if (Wanted(Memory)) await MemoryAsync(site, lines);
        if (only is null) await StartsAsync(site, lines, string.Create(CultureInfo.InvariantCulture, $"after {size.MemoryTaps:N0} taps"));
        return _problems;
    }

    private bool Wanted(string part) => only is null || only == part;

    private async Task LatencyAsync(GateSite site, GateLines lines)
    {
        await using var kiosk = await site.RunKioskAsync();
        await RushAsync(site, lines, "rush, server up");
        await PhaseAsync(site, lines, run => run.BurstsAsync("all readers at once, server up", size.Bursts, BetweenBursts));
        await WithoutServerAsync(site, kiosk, async () =>
        {
            await RushAsync(site, lines, "rush, server stopped");
            await PhaseAsync(site, lines, run => run.BurstsAsync("all readers at once, server stopped", size.Bursts, BetweenBursts));
        });
    }

    /// <summary>A gate of its own: nobody has all of these.</summary>
    private async Task OthersAsync(string root, KioskProgram program)
    {
        var protocols = Others;
        if (PcscService.Missing is { } missing)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") _problems.Add(missing);
            Console.WriteLine($"  without the PC/SC reader: {missing}");
            protocols = [.. Others.Where(protocol => protocol != GateReader.Pcsc)];
        }

        using var lines = new GateLines(protocols, People, time);
        await using var site = await GateSite.OpenAsync(root, program, lines.Readers, lines.People, time);
        await using var kiosk = await site.RunKioskAsync();
        await RushAsync(site, lines, "rush, the other kinds, server up");
        await WithoutServerAsync(site, kiosk, () => RushAsync(site, lines, "rush, the other kinds, server stopped"));
    }

    private async Task WithoutServerAsync(GateSite site, KioskUnderTest kiosk, Func<Task> measure)
    {
        await site.CutServerAsync();
        await site.UntilAsync(() => !kiosk.IsLinked, () => "the kiosk does not notice that the server is gone");
        await measure();
        await site.ServeAsync();
        await site.UntilAsync(() => kiosk.IsLinked, () => "the kiosk does not come back to the server");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        await kiosk.StopAsync(patience.Token);
    }

    private Task RushAsync(GateSite site, GateLines lines, string name) => PhaseAsync(site, lines, run => run.RushAsync(name, size.Rush, size.Shortest, size.Longest, random));

    private async Task PhaseAsync(GateSite site, GateLines lines, Func<LatencyRun, Task<LatencyResult>> phase)
    {
        var result = await phase(new LatencyRun(site, lines, time));
        _latencies.Add(result);
        _problems.AddRange(result.Problems());
        if (result.Took.Count == 0) throw new InvalidOperationException($"{result.Name}: nothing was shown");
        Console.WriteLine(FormattableString.Invariant($"  {result.Name}: {result.SinceWhole}; disk alone: {result.Disk}; beyond it {result.Beyond:0.0} ms; the host took {result.Stolen:P0} of the processor time"));
        foreach (var line in result.ByProtocol()) Console.WriteLine(line);
    }

    /// <summary>The tables, for people and for the results.</summary>
    /// <param name="judged">False for sizes too small to hold against the goals.</param>
    public string Table(bool judged)
    {
        var memory = _memory ?? throw new InvalidOperationException("nothing was measured");
        return string.Join('\n', (string[])
        [
            "| last byte on the line → event on the screen stream | readers | taps | p50 / p99 / most, ms | `pwrite` + `fdatasync` alone, the same moments, ms | processor time that the host took | p99 beyond the disk's | goal | met |",
            "|---|---:|---:|---|---|---:|---:|---|---|",
            .. _latencies.Select(r => FormattableString.Invariant(
                $"| {r.Name} | {r.Readers} | {r.SinceWhole.Count:N0} | {r.SinceWhole.P50:0.0} / {r.SinceWhole.P99:0.0} / {r.SinceWhole.Most:0.0} | {r.Disk.P50:0.0} / {r.Disk.P99:0.0} / {r.Disk.Most:0.0} | {r.Stolen:P0} | {r.Beyond:0.0} ms | ≤ {LatencyResult.MostBeyond:0} ms | {Said(r.Met)} |")),
            "",
            "An EM-18 marks the end of a frame by silence alone; its 20 ms are taken off, for nobody could know sooner. Of a reader that is asked it is the answer that has the card. What the host took is of the time that this machine wanted then.",
            "",
            "| what | measured | goal | met |",
            "|---|---|---|---|",
            .. _starts.Select(s => FormattableString.Invariant(
                $"| start of the program → first tap on disk, {s.What}, median of {s.Times.Count} (most) | {s.Times.P50:0} ms ({s.Times.Most:0} ms) | ≤ {StartRun.Goal.TotalMilliseconds:0} ms | {Said(s.Times.P50 <= StartRun.Goal.TotalMilliseconds)} |")),
            FormattableString.Invariant(
                $"| resident half a minute after {memory.Told:N0} taps in {memory.Took.TotalSeconds:0} s (right after them; at start, a third, two thirds, most) | {MemoryResult.Megabytes(memory.AtRest.All):0.0} MB ({At(1):0.0}; {At(0):0.0}, {At(1.0 / 3):0.0}, {At(2.0 / 3):0.0}, {MemoryResult.Megabytes(memory.Most):0.0}) | ≤ {MemoryResult.GoalMegabytes:0} MB | {Said(memory.Met)} |"),
        ]);

        string Said(bool met) => !judged ? "too small to say" : met ? "yes" : "no";
        double At(double share) => MemoryResult.Megabytes(memory.Marks.MinBy(mark => Math.Abs(mark.Taps - share * memory.Told)).All);
    }

    /// <summary>Writes the results down.</summary>
    public async Task WriteAsync(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, FormattableString.Invariant(
            $"# The gate, measured by `tests/bench.sh`\n\n{Report.Machine(time)} The kiosk as published by its profile `linux-x64`, with the niceness of its systemd unit, against a server process, with pseudo-terminals for lines; load, kiosk, server and baseline share the machine.\n\n{Table(judged: true)}\n"));
    }

    private async Task MemoryAsync(GateSite site, GateLines lines)
    {
        _memory = await new MemoryRun(site, lines, time).MeasureAsync(size.MemoryTaps);
        Console.WriteLine($"  memory: {_memory.Told:N0} taps told and {_memory.Refused} refused in {_memory.Took.TotalSeconds:0} s, most {MemoryResult.Megabytes(_memory.Most):0.0} MB");
        foreach (var line in _memory.Lines()) Console.WriteLine(line);
        _problems.AddRange(_memory.Problems());
    }

    private async Task StartsAsync(GateSite site, GateLines lines, string what)
    {
        var times = await new StartRun(site, lines, time).MeasureAsync(size.Starts);
        _starts.Add((what, times));
        Console.WriteLine($"  start {what}: {times}");
    }
}
