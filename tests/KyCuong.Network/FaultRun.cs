using KyCuong.Testing;

namespace KyCuong.Network;

/// <summary>
/// R16: real kiosks and a real server, people tapping, and lines with faults at random (<see cref="FaultyGate"/>). Once, each side is shown a
/// dead peer and must notice in time.
/// </summary>
/// <param name="events">Faults.</param>
/// <param name="gates">Kiosks that have them at the same time, an equal part each.</param>
/// <param name="isShort">Nobody is shown a dead peer, and no fault is a long one: both take their time.</param>
/// <param name="seed">Chooses them.</param>
/// <param name="time">The clock.</param>
internal sealed class FaultRun(int events, int gates, bool isShort, int seed, TimeProvider time)
{
    /// <summary>
    /// A dead peer is noticed within this: the kiosk's pings 5 s + 8 s (ServerChannel), the server's 7 s + 8 s (KioskPort), and
    /// what their timers add.
    /// </summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(20);

    /// <summary>At one gate; the same people are spread over several.</summary>
    private static readonly TimeSpan BetweenBursts = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _made = [];
    private int _count;

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Site.TryAsync(time, async site =>
    {
        var start = time.GetTimestamp();
        var open = new List<FaultyGate>();
        try
        {
            for (var i = 0; i < gates; i++) open.Add(await FaultyGate.OpenAsync(site, i + 1, BetweenBursts * gates, new Random(seed + i), time));
            var problems = new List<string>();
            if (!isShort) await NoticeAsync(open[0], problems);
            await Task.WhenAll(open.Select((gate, i) => SufferAsync(gate, events / gates + (i < events % gates ? 1 : 0), start)));

            foreach (var gate in open) await gate.CloseAsync(problems);
            await site.KillServerAsync();
            var (green, stored) = (0, 0L);
            foreach (var gate in open)
            {
                problems.AddRange(gate.Problems(out var shown, out var kept));
                (green, stored) = (green + shown, stored + kept);
            }

            problems.AddRange(KyCuong.Crash.Comparison.Problems(site.Store, journals: gates));
            Console.WriteLine($"  {_count} faults at {gates} gates ({string.Join(", ", _made.Select(made => $"{made.Value} {made.Key}"))}); {green} green, {stored} on the server; {time.GetElapsedTime(start).TotalSeconds:0} s");
            return problems;
        }
        finally
        {
            foreach (var gate in open) await gate.DisposeAsync();
        }
    });

    private async Task SufferAsync(FaultyGate gate, int times, long start)
    {
        for (var i = 0; i < times; i++)
        {
            var fault = await gate.SufferAsync(isShort);
            lock (_lock)
            {
                _made[fault] = _made.GetValueOrDefault(fault) + 1;
                if (++_count % 1000 == 0) Console.WriteLine($"  {_count} faults, {time.GetElapsedTime(start).TotalSeconds:0} s");
            }
        }
    }

    /// <summary>Each side is left on a connection whose other end is gone.</summary>
    private async Task NoticeAsync(FaultyGate gate, List<string> problems)
    {
        // The server first: the kiosk makes another connection at once, and that is the one it is left on.
        var server = NoticeAsync("server", gate.Line.StrandAsync(LineWay.Up), problems);
        await gate.ProgressAsync("a dead peer of the server");
        await Task.WhenAll(server, NoticeAsync("kiosk", gate.Line.StrandAsync(LineWay.Down), problems));
        await gate.ProgressAsync("a dead peer of the kiosk");
    }

    private async Task NoticeAsync(string who, Task noticed, List<string> problems)
    {
        var start = time.GetTimestamp();
        await noticed.WaitAsync(Site.Patience, time);
        var took = time.GetElapsedTime(start);
        Console.WriteLine($"  the {who} noticed a dead peer after {took.TotalSeconds:0.0} s");
        lock (_lock)
            if (took > Noticed) problems.Add($"the {who} noticed a dead peer after {took.TotalSeconds:0.0} s; {Noticed.TotalSeconds:0} s are allowed");
    }
}
