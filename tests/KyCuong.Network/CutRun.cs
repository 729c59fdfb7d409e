using KyCuong.Testing;

namespace KyCuong.Network;

/// <summary>
/// R17: fifty taps go up in one batch and the connection is cut after byte k, counted from its first byte (so the handshake is
/// cut as well), by FIN and by RST, up and down. On the next connection everything must be acknowledged.
/// </summary>
/// <param name="cuts">Positions each way, spread evenly; 0 = every byte.</param>
/// <param name="time">The clock.</param>
internal sealed class CutRun(int cuts, TimeProvider time)
{
    private const int Taps = 50;
    private const double LeastFallen = 0.8;

    /// <summary>Kiosks that share the positions when there are many.</summary>
    private const int Kiosks = 6;

    private long _start;
    private int _made;
    private int _fallen;

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Site.TryAsync(time, async site =>
    {
        _start = time.GetTimestamp();
        var kiosks = new List<LinkedKiosk>();
        long up, down;
        try
        {
            for (var number = 1u; number <= (cuts == 0 ? Kiosks : 1); number++) kiosks.Add(await LinkedKiosk.StartAsync(site, number, time));
            await site.UntilAsync(() => kiosks.TrueForAll(kiosk => kiosk.IsLinked), "a kiosk is not welcomed");
            (up, down) = await MeasureAsync(site, kiosks[0]);
            var all = Positions(LineWay.Up, up).Concat(Positions(LineWay.Down, down)).ToList();
            await Task.WhenAll(kiosks.Select((kiosk, which) => CutAsync(site, kiosk, all.Where((_, i) => i % kiosks.Count == which))));
        }
        finally
        {
            foreach (var kiosk in kiosks) await kiosk.DisposeAsync();
        }

        await site.KillServerAsync();
        var problems = site.Problems(kiosks, out var stored);
        Console.WriteLine(
            $"  {_made} cuts of {up} bytes up and {down} down, {_fallen} before everything was acknowledged; {kiosks.Sum(kiosk => kiosk.Shown.Count)} taps, {stored} on the server; {Elapsed}");
        if (_fallen < LeastFallen * _made) problems.Add($"only {_fallen} of {_made} cuts fell before the acknowledgement; {LeastFallen:P0} are needed for the run to mean something");
        return problems;
    });

    private string Elapsed => $"{time.GetElapsedTime(_start).TotalSeconds:0} s";

    private async Task CutAsync(Site site, LinkedKiosk kiosk, IEnumerable<LineCut> positions)
    {
        foreach (var cut in positions)
        {
            await LayAsync(site, kiosk);
            var before = kiosk.Line.Connections;
            kiosk.Line.CutNext(cut);
            kiosk.Line.State = LineState.Sound;
            await AcknowledgedAsync(site, kiosk, cut.ToString());
            if (kiosk.Line.Connections > before + 1) Interlocked.Increment(ref _fallen);
            if (Interlocked.Increment(ref _made) is var made && made % 1000 == 0) Console.WriteLine($"  {made} cuts, {Elapsed}");
        }
    }

    /// <summary>Bytes each way of a connection that is not cut, up to the acknowledgement.</summary>
    private static async Task<(long Up, long Down)> MeasureAsync(Site site, LinkedKiosk kiosk)
    {
        await LayAsync(site, kiosk);
        kiosk.Line.State = LineState.Sound;
        await AcknowledgedAsync(site, kiosk, "no cut");
        return (kiosk.Line.Passed(LineWay.Up), kiosk.Line.Passed(LineWay.Down));
    }

    private static async Task LayAsync(Site site, LinkedKiosk kiosk)
    {
        kiosk.Part();
        await site.UntilAsync(() => !kiosk.IsLinked, "the kiosk does not notice that its line is cut");
        await kiosk.TapAsync(Taps);
    }

    private static Task AcknowledgedAsync(Site site, LinkedKiosk kiosk, string cut) =>
        site.UntilAsync(() => kiosk.Journal.Unsent == 0, $"{cut}: {kiosk.Journal.Unsent} entries are not acknowledged");

    private IEnumerable<LineCut> Positions(LineWay way, long bytes)
    {
        var number = cuts == 0 ? bytes : Math.Min(cuts, bytes);
        // The last byte brings the acknowledgement, or follows it: cuts are before it.
        for (var i = 0L; i < number; i++) yield return new LineCut(way, i * bytes / number, i % 2 == 0 ? LineEnd.Finish : LineEnd.Reset);
    }
}
