using KyCuong.Testing;

namespace KyCuong.Network;

/// <summary>
/// R20: a kiosk comes back after a long time alone while people tap, here and at another gate. All of it arrives in time, the
/// other gate's taps are acknowledged at once all the while, and its own are committed at once. (Its own are acknowledged behind
/// what waited: an acknowledgement says "all up to here".)
/// </summary>
/// <param name="entries">Taps that wait.</param>
/// <param name="isShort">Times are printed and not judged: the machine may be busy.</param>
/// <param name="time">The clock.</param>
internal sealed class BacklogRun(int entries, bool isShort, TimeProvider time)
{
    private const int AtOnce = 2_000;
    private static readonly TimeSpan MostUpload = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenTaps = TimeSpan.FromMilliseconds(50);

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Site.TryAsync(time, async site =>
    {
        var (back, other) = (await LinkedKiosk.StartAsync(site, 1, time), await LinkedKiosk.StartAsync(site, 2, time));
        List<TimeSpan> committed = [], acknowledged = [];
        TimeSpan upload;
        await using (back)
        await using (other)
        {
            await site.UntilAsync(() => back.IsLinked && other.IsLinked, "the kiosks are not welcomed");
            back.Part();
            await site.UntilAsync(() => !back.IsLinked, "the kiosk does not notice that its line is cut");
            for (var waiting = 0; waiting < entries; waiting += AtOnce) await back.TapAsync(Math.Min(AtOnce, entries - waiting));

            using var end = new CancellationTokenSource();
            // A first tap at each is not timed: what runs for the first time is made ready.
            await AcknowledgedAsync(site, other, await other.TapAsync());
            var start = time.GetTimestamp();
            var target = back.Journal.Current.Last;
            var tapping = Task.WhenAll(CommitAsync(back, committed, end.Token), AcknowledgeAsync(site, other, acknowledged, end.Token));
            back.Line.State = LineState.Sound;
            await AcknowledgedAsync(site, back, target);
            upload = time.GetElapsedTime(start);
            await end.CancelAsync();
            await tapping;
            await site.UntilAsync(() => back.Journal.Unsent == 0 && other.Journal.Unsent == 0, "the last taps are not acknowledged");
        }

        await site.KillServerAsync();
        var problems = site.Problems([back, other], out var stored);
        Console.WriteLine(
            $"  {entries} taps that waited arrived in {upload.TotalSeconds:0.0} s ({entries / upload.TotalSeconds:0}/s); meanwhile {acknowledged.Count} taps at another gate were acknowledged in at most "
            + $"{Most(acknowledged).TotalMilliseconds:0} ms and {committed.Count} here committed in at most {Most(committed).TotalMilliseconds:0} ms; {stored} on the server");
        if (acknowledged.Count == 0 || committed.Count == 0) problems.Add("nobody tapped meanwhile");
        if (isShort) return problems;
        if (upload > MostUpload) problems.Add($"it took {upload.TotalSeconds:0} s; {MostUpload.TotalSeconds:0} s are allowed");
        if (Most(acknowledged) > MostWait) problems.Add($"a tap at another gate waited {Most(acknowledged).TotalSeconds:0.0} s for its acknowledgement; {MostWait.TotalSeconds:0} s are allowed");
        if (Most(committed) > MostWait) problems.Add($"a tap here waited {Most(committed).TotalSeconds:0.0} s for its commit; {MostWait.TotalSeconds:0} s are allowed");
        return problems;
    });

    private static TimeSpan Most(List<TimeSpan> times) => times.Count == 0 ? TimeSpan.Zero : times.Max();

    private static Task AcknowledgedAsync(Site site, LinkedKiosk kiosk, ulong sequence) =>
        site.UntilAsync(() => kiosk.Journal.Current.Acked >= sequence, $"entry {sequence} is not acknowledged");

    private async Task CommitAsync(LinkedKiosk kiosk, List<TimeSpan> times, CancellationToken end)
    {
        do
        {
            var start = time.GetTimestamp();
            await kiosk.TapAsync();
            times.Add(time.GetElapsedTime(start));
        }
        while (await PauseAsync(end));
    }

    private async Task AcknowledgeAsync(Site site, LinkedKiosk kiosk, List<TimeSpan> times, CancellationToken end)
    {
        do
        {
            var start = time.GetTimestamp();
            await AcknowledgedAsync(site, kiosk, await kiosk.TapAsync());
            times.Add(time.GetElapsedTime(start));
        }
        while (await PauseAsync(end));
    }

    private async Task<bool> PauseAsync(CancellationToken end)
    {
        await Task.Delay(BetweenTaps, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !end.IsCancellationRequested;
    }
}
