using KyCuong.Crash;
using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Network;

/// <summary>
/// R16: a real kiosk and a real server, people tapping, and a line that is cut, held, delayed, slowed, refused and left half-open
/// at random. After each fault acknowledgements must go on. Once, each side is shown a dead peer and must notice in time.
/// </summary>
/// <param name="events">Faults.</param>
/// <param name="isShort">Nobody is shown a dead peer, and no fault is a long one: both take their time.</param>
/// <param name="random">Chooses them.</param>
/// <param name="time">The clock.</param>
internal sealed class FaultRun(int events, bool isShort, Random random, TimeProvider time)
{
    private const int Readers = 2;

    /// <summary>
    /// A dead peer is noticed within this: the kiosk's pings 5 s + 8 s (ServerChannel), the server's 7 s + 8 s (KioskPort), and
    /// what their timers add.
    /// </summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan BetweenBursts = TimeSpan.FromMilliseconds(100);

    /// <summary>One in so many faults is longer than a peer's patience.</summary>
    private const int OneLongIn = 50;

    private readonly SortedDictionary<string, int> _made = [];

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Site.TryAsync(time, async site =>
    {
        var start = time.GetTimestamp();
        var data = site.Folder("kiosk");
        await using var line = new FaultyLine(site.Port, time);
        var readers = Enumerable.Range(0, Readers).Select(_ => new SerialDeviceServer()).ToArray();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(data, "kiosk.json"), $$"""
                {
                  "readers": [ {{string.Join(", ", readers.Select((reader, i) => $$"""{ "id": "r{{i}}", "port": "{{reader.Address}}", "protocol": "rdm6300", "direction": "in" }"""))}} ],
                  "screen": { "port": 0 },
                  "limits": { "retryFirst": "100ms", "retryLongest": "200ms" }
                }
                """);
            using var patience = new CancellationTokenSource(Site.Patience, time);
            await KioskProcess.EnrolAsync(data, line.Address, await site.InviteAsync("CONG-CHINH"), patience.Token);
            await using var kiosk = KioskProcess.Run(data);
            await kiosk.LinkedAsync(patience.Token);
            await kiosk.ReadyAsync(patience.Token);

            using var end = new CancellationTokenSource();
            var playing = new TapLoad(readers, time, BetweenBursts).PlayAsync(end.Token);
            await ProgressAsync(site, kiosk, "the first taps");
            var problems = new List<string>();
            if (!isShort) await NoticeAsync(site, kiosk, line, problems);
            for (var i = 0; i < events; i++)
            {
                var fault = await SpoilAsync(line);
                line.State = LineState.Sound;
                _made[fault] = _made.GetValueOrDefault(fault) + 1;
                await ProgressAsync(site, kiosk, $"fault {i + 1}, {fault}");
                if ((i + 1) % 1000 == 0) Console.WriteLine($"  {i + 1} faults, {time.GetElapsedTime(start).TotalSeconds:0} s");
            }

            await end.CancelAsync();
            await playing;
            await site.UntilAsync(() => kiosk.LastTap > 0 && kiosk.LastAcked >= kiosk.LastTap, "the kiosk does not get its last taps acknowledged");
            using var leaving = new CancellationTokenSource(Site.Patience, time);
            var code = await kiosk.StopAsync(leaving.Token);
            if (code != 0) problems.Add($"the kiosk stopped with {code}");
            await site.KillServerAsync();
            problems.AddRange(Comparison.Problems(Path.Combine(data, "journal.db"), site.Store, kiosk.Taps, out var stored));
            problems.AddRange(Comparison.Problems(site.Store, journals: 1));
            Console.WriteLine($"  {events} faults ({string.Join(", ", _made.Select(made => $"{made.Value} {made.Key}"))}); {kiosk.Taps.Count} green, {stored} on the server; {time.GetElapsedTime(start).TotalSeconds:0} s");
            return problems;
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    });

    /// <summary>Each side is left on a connection whose other end is gone.</summary>
    private async Task NoticeAsync(Site site, KioskProcess kiosk, FaultyLine line, List<string> problems)
    {
        // The server first: the kiosk makes another connection at once, and that is the one it is left on.
        var server = NoticeAsync("server", line.StrandAsync(LineWay.Up), problems);
        await ProgressAsync(site, kiosk, "a dead peer of the server");
        await Task.WhenAll(server, NoticeAsync("kiosk", line.StrandAsync(LineWay.Down), problems));
        await ProgressAsync(site, kiosk, "a dead peer of the kiosk");
    }

    private async Task NoticeAsync(string who, Task noticed, List<string> problems)
    {
        var start = time.GetTimestamp();
        await noticed.WaitAsync(Site.Patience, time);
        var took = time.GetElapsedTime(start);
        Console.WriteLine($"  the {who} noticed a dead peer after {took.TotalSeconds:0.0} s");
        lock (problems)
            if (took > Noticed) problems.Add($"the {who} noticed a dead peer after {took.TotalSeconds:0.0} s; {Noticed.TotalSeconds:0} s are allowed");
    }

    /// <summary>Spoils the line for a while; what was done.</summary>
    private async Task<string> SpoilAsync(FaultyLine line)
    {
        if (!isShort && random.Next(OneLongIn) == 0)
        {
            if (random.Next(2) == 0)
            {
                _ = line.StrandAsync(LineWay.Down);
                return "half-open";
            }

            line.State = Held();
            await WaitAsync(14_000, 25_000);
            return "long black holes";
        }

        var end = random.Next(2) == 0 ? LineEnd.Finish : LineEnd.Reset;
        switch (random.Next(7))
        {
            case 0:
                line.Cut(end);
                return "cuts";
            case 1:
                line.CutNext(new LineCut((LineWay)random.Next(2), random.Next(20_000), end));
                line.Cut(end);
                await WaitAsync(50, 400);
                return "cuts at a byte";
            case 2:
                line.State = Held();
                await WaitAsync(50, 1500);
                return "black holes";
            case 3:
                line.State = Held();
                await WaitAsync(50, 500);
                line.Cut(end);
                return "black holes and cuts";
            case 4:
                line.State = LineState.Sound with { Delay = TimeSpan.FromMilliseconds(random.Next(20, 400)) };
                await WaitAsync(200, 1500);
                return "delays";
            case 5:
                line.State = LineState.Sound with { BytesPerSecond = random.Next(500, 20_000) };
                await WaitAsync(200, 1500);
                return "slow lines";
            default:
                line.State = LineState.Sound with { Refuses = true };
                line.Cut(end);
                await WaitAsync(50, 1000);
                return "refusals";
        }
    }

    private LineState Held() => random.Next(3) switch
    {
        0 => LineState.Sound with { HoldsUp = true },
        1 => LineState.Sound with { HoldsDown = true },
        _ => LineState.Sound with { HoldsUp = true, HoldsDown = true },
    };

    private Task WaitAsync(int leastMs, int mostMs) => Task.Delay(TimeSpan.FromMilliseconds(random.Next(leastMs, mostMs)), time);

    /// <summary>A tap made after this call is acknowledged.</summary>
    private static async Task ProgressAsync(Site site, KioskProcess kiosk, string after)
    {
        var shown = kiosk.LastTap;
        await site.UntilAsync(() => kiosk.LastTap > shown, $"nobody was shown green after {after}");
        var next = kiosk.LastTap;
        await site.UntilAsync(() => kiosk.LastAcked >= next, $"nothing was acknowledged after {after}");
    }
}
