using KyCuong.Crash;
using KyCuong.Kiosk.Configuration;

namespace KyCuong.Network;

/// <summary>
/// R19: the server is killed, people go on tapping at all gates, and it is started again. All kiosks, with the waits they are delivered
/// with, are back in time, none is left behind the others, and everything that waited arrives.
/// </summary>
/// <param name="count">Kiosks.</param>
/// <param name="isShort">Times are printed and not judged: the machine may be busy.</param>
/// <param name="time">The clock.</param>
internal sealed class StormRun(int count, bool isShort, TimeProvider time)
{
    /// <summary>Taps that wait when the server is back, over all kiosks.</summary>
    private const int Waiting = 200_000;

    private const int WaitingShort = 2_000;
    private const int AtOnce = 500;
    private static readonly TimeSpan MostBack = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MostDrained = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Site.TryAsync(time, async site =>
    {
        var kiosks = new List<LinkedKiosk>();
        try
        {
            for (var number = 1U; number <= count; number++) kiosks.Add(await LinkedKiosk.StartAsync(site, number, time, new KioskLimits()));
            await site.UntilAsync(() => kiosks.TrueForAll(kiosk => kiosk.IsLinked), "the kiosks are not welcomed");
            await site.KillServerAsync();
            await site.UntilAsync(() => kiosks.TrueForAll(kiosk => !kiosk.IsLinked), "the kiosks do not notice that the server is gone");
            var each = (isShort ? WaitingShort : Waiting) / count;
            foreach (var kiosk in kiosks)
                for (var made = 0; made < each; made += AtOnce) await kiosk.TapAsync(Math.Min(AtOnce, each - made));

            var before = kiosks.ConvertAll(kiosk => kiosk.Shown[^1]);
            await site.StartServerAsync();
            var start = time.GetTimestamp();
            var back = await Task.WhenAll(kiosks.Select(kiosk => TimeAsync(site, start, () => kiosk.IsLinked, "a kiosk does not come back")));
            // A tap at each gate, made when its kiosk is back.
            foreach (var kiosk in kiosks) await kiosk.TapAsync();
            var drained = await Task.WhenAll(kiosks.Select(kiosk => TimeAsync(site, start, () => kiosk.Journal.Unsent == 0, "a kiosk does not get rid of its taps")));
            Console.WriteLine(
                $"  {count} kiosks back {back.Min().TotalSeconds:0.0} to {back.Max().TotalSeconds:0.0} s after the server; {count * each} taps that waited, the last kiosk's all there after "
                + $"{drained.Max().TotalSeconds:0.0} s");
            // A kiosk back on the line also writes a sample of its clock, on a busy machine after all its taps are there: it is to arrive too.
            for (var i = 0; i < count; i++)
            {
                var (kiosk, last) = (kiosks[i], before[i] + 2);
                await site.UntilAsync(() => Comparison.LastWritten(kiosk.File, Path.GetDirectoryName(kiosk.File)!) >= last && kiosk.Journal.Unsent == 0, "a kiosk has not sent the sample of its clock");
            }

            foreach (var kiosk in kiosks) await kiosk.DisposeAsync();
            await site.KillServerAsync();
            var problems = site.Problems(kiosks, out var stored);
            if (stored < count * each) problems.Add($"{stored} entries are on the server, {count * each} taps were made");
            if (isShort) return problems;
            if (back.Max() > MostBack) problems.Add($"a kiosk was back after {back.Max().TotalSeconds:0} s; {MostBack.TotalSeconds:0} s are allowed");
            if (drained.Max() > MostDrained) problems.Add($"a kiosk's taps had all arrived after {drained.Max().TotalSeconds:0} s; {MostDrained.TotalSeconds:0} s are allowed");
            return problems;
        }
        finally
        {
            foreach (var kiosk in kiosks) await kiosk.DisposeAsync();
        }
    });

    private async Task<TimeSpan> TimeAsync(Site site, long start, Func<bool> holds, string otherwise)
    {
        await site.UntilAsync(holds, otherwise);
        return time.GetElapsedTime(start);
    }
}
