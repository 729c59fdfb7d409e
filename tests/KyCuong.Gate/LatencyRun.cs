using System.Collections.Concurrent;

namespace KyCuong.Gate;

/// <summary>
/// From the last byte on a reader's line to the panel on the screen stream. Each tap is of a person whom the panel names, so that each
/// panel is held against its own tap; what is shown too often or never is counted.
/// </summary>
/// <remarks>
/// The clock starts just before the frame is given to the line, in one write; of a reader that is asked, the answer that has the card. An EM-18's
/// frame has no end but the silence after it, and that silence is taken off: nobody could know sooner.
/// </remarks>
internal sealed class LatencyRun(GateSite site, GateLines lines, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (GateReader Reader, long SentAt)> _outstanding = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(GateReader Reader, TimeSpan Took)> _took = new();
    private int _unasked;
    private int _lost;

    /// <summary>Each reader on its own for so long, with a pause between taps drawn from these bounds.</summary>
    public Task<LatencyResult> RushAsync(string name, TimeSpan length, TimeSpan shortest, TimeSpan longest, Random random) => MeasureAsync(name, () =>
        Task.WhenAll(lines.Readers.Select((reader, i) => PlayAsync(reader, length, shortest, longest, new Random(random.Next() ^ i)))));

    /// <summary>All readers in the same moment, again and again; for readers that say a badge when it comes.</summary>
    public Task<LatencyResult> BurstsAsync(string name, int bursts, TimeSpan between) => MeasureAsync(name, async () =>
    {
        for (var burst = 0; burst < bursts; burst++)
        {
            await Task.WhenAll(lines.Readers.Select(TapAsync));
            await Task.Delay(between, time);
        }
    });

    private async Task<LatencyResult> MeasureAsync(string name, Func<Task> play)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
        using var screen = await ScreenStream.OpenAsync(site.ScreenPort, time, Shown, patience.Token);
        await screen.Joined.WaitAsync(patience.Token);
        var disk = new SyncBaseline(Path.Combine(site.KioskData, "baseline.bin"), time);
        var stolen = new StolenTime();
        await play();
        try
        {
            await site.UntilAsync(() => _outstanding.IsEmpty, () => "", TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            // Counted below.
        }

        var baseline = await disk.StopAsync();
        return new LatencyResult(name, lines.Readers.Count, [.. _took], baseline, stolen.Share, Lost: _lost + _outstanding.Count, Unasked: _unasked);
    }

    private async Task PlayAsync(GateReader reader, TimeSpan length, TimeSpan shortest, TimeSpan longest, Random random)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < length)
        {
            await Task.Delay(shortest + (longest - shortest) * random.NextDouble(), time);
            await TapAsync(reader);
        }
    }

    private Task TapAsync(GateReader reader)
    {
        var person = lines.Next(reader);
        // Whose panel of the time before has not come by now was never shown.
        if (_outstanding.TryRemove(person.Name, out _)) Interlocked.Increment(ref _lost);
        return lines.Line(reader).TapAsync(person, () => _outstanding[person.Name] = (reader, time.GetTimestamp()));
    }

    private void Shown(ShownPanel panel)
    {
        if (panel.Name is { } name && _outstanding.TryRemove(name, out var tap)) _took.Enqueue((tap.Reader, time.GetElapsedTime(tap.SentAt, panel.At)));
        else Interlocked.Increment(ref _unasked);
    }
}

/// <summary>What one phase found.</summary>
/// <param name="Name">Of the phase.</param>
/// <param name="Readers">So many, all in use.</param>
/// <param name="Took">Each tap, by its reader.</param>
/// <param name="Disk">The baseline of the same time.</param>
/// <param name="Stolen">Of the processor time wanted meanwhile, what the host gave to others; 0 to 1.</param>
/// <param name="Lost">Taps without a panel.</param>
/// <param name="Unasked">Panels without a tap.</param>
internal sealed record LatencyResult(string Name, int Readers, IReadOnlyList<(GateReader Reader, TimeSpan Took)> Took, Distribution Disk, double Stolen, int Lost, int Unasked)
{
    /// <summary>Beyond the disk's own time, ms.</summary>
    public const double MostBeyond = 5;

    /// <summary>Since a frame could be known to be whole.</summary>
    public Distribution SinceWhole { get; } = new(Took.Select(tap => tap.Reader.Protocol == GateReader.Em18 ? tap.Took - GateReader.Em18Silence : tap.Took));

    /// <summary>How far the product's p99 lies above the disk's, ms.</summary>
    public double Beyond => SinceWhole.P99 - Disk.P99;

    public bool Met => Beyond <= MostBeyond;

    /// <summary>What is wrong whatever the machine's speed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Lost > 0) yield return $"{Name}: {Lost} taps were never shown";
        if (Unasked > 0) yield return $"{Name}: {Unasked} panels belong to no tap";
    }

    /// <summary>A row a protocol, for who wants to know where the time goes.</summary>
    public IEnumerable<string> ByProtocol() => Took.GroupBy(tap => tap.Reader.Protocol, StringComparer.Ordinal)
        .Select(group => $"    {group.Key}: {new Distribution(group.Select(tap => tap.Took))}");
}
