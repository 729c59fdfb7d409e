namespace KyCuong.Gate;

/// <summary>How much memory a kiosk holds while years of taps go through it, as fast as it takes them, all the way to the server.</summary>
internal sealed class MemoryRun(GateSite site, GateLines lines, TimeProvider time)
{
    private const int FramesPerWrite = 16;

    // A line that the kiosk must leave full for longer than a frame may last cuts frames, as it would at a real reader.
    private const int MostUnderWay = 1024;
    private const int Marks = 10;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(10);

    // A kiosk hands back what it needed only for a while once nobody taps, and ten seconds later what it touched in doing so.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>So many taps; the kiosk is started for it and stopped.</summary>
    public async Task<MemoryResult> MeasureAsync(int taps)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        await using var kiosk = await site.RunKioskAsync();
        // What the run before left to send is none of this one's.
        await site.SettleAsync();
        var before = StoredTaps.Count(site.Store);
        using var screen = await ScreenStream.OpenAsync(site.ScreenPort, time, _ => { }, patience.Token);
        var marks = new List<(long Taps, long All, long Own)> { (0, kiosk.Resident().All, kiosk.Resident().Own) };
        var most = 0L;
        using var end = new CancellationTokenSource();
        using var breath = new ManualResetEventSlim();
        long sent = 0;
        // Not on an EM-18: frames that follow each other without a silence are none there.
        var pouring = lines.Readers.Where(reader => reader.Protocol != GateReader.Em18).Select(reader => Task.Factory.StartNew(() => Pour(reader), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var start = time.GetTimestamp();
        var (moved, movedAt) = (0L, start);
        while (kiosk.Taps < taps && (kiosk.Taps < Interlocked.Read(ref sent) || Interlocked.Read(ref sent) < taps))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time);
            if (!kiosk.IsRunning) throw new InvalidOperationException($"the kiosk ended: {kiosk.LastWords()}");
            var now = kiosk.Taps;
            if (now != moved) (moved, movedAt) = (now, time.GetTimestamp());
            else if (time.GetElapsedTime(movedAt) > Stall) break;
            var (all, own) = kiosk.Resident();
            most = Math.Max(most, all);
            if (now >= (long)taps * marks.Count / Marks) marks.Add((now, all, own));
        }

        var took = time.GetElapsedTime(start);
        await end.CancelAsync();
        await Task.WhenAll(pouring);
        // Doubles would come after the last.
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        var (atEnd, ownAtEnd) = kiosk.Resident();
        marks.Add((kiosk.Taps, atEnd, ownAtEnd));
        await site.SettleAsync();
        var stored = StoredTaps.Count(site.Store);
        await Task.Delay(Rest, time);
        var atRest = kiosk.Resident();
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        var result = new MemoryResult(marks, atRest, Math.Max(most, atEnd), sent, kiosk.Taps, stored.Taps - before.Taps, stored.Refused - before.Refused, took);
        await kiosk.StopAsync(stopping.Token);
        return result;

        void Pour(GateReader reader)
        {
            while (!end.IsCancellationRequested && Interlocked.Read(ref sent) < taps)
            {
                if (Interlocked.Read(ref sent) - kiosk.Taps > MostUnderWay)
                {
                    breath.Wait(TimeSpan.FromMilliseconds(1));
                    continue;
                }

                var frames = Enumerable.Range(0, FramesPerWrite).SelectMany(_ => lines.Next(reader).Frame).ToArray();
                Interlocked.Add(ref sent, FramesPerWrite);
                lines.Line(reader).Send(frames);
            }
        }
    }
}

/// <summary>What it held.</summary>
/// <param name="Marks">Resident bytes, all and the process's own, after so many taps.</param>
/// <param name="AtRest">The same when nobody has tapped for half a minute.</param>
/// <param name="Most">The most resident bytes seen.</param>
/// <param name="Sent">Frames put on the lines.</param>
/// <param name="Told">Taps told.</param>
/// <param name="Stored">Taps on the server.</param>
/// <param name="Refused">Frames that a machine too busy to read for a tenth of a second cut in two: said to be unreadable, not lost.</param>
/// <param name="Took">For all of them.</param>
internal sealed record MemoryResult(IReadOnlyList<(long Taps, long All, long Own)> Marks, (long All, long Own) AtRest, long Most, long Sent, long Told, long Stored, long Refused, TimeSpan Took)
{
    public const double GoalMegabytes = 60;

    public bool Met => Megabytes(AtRest.All) <= GoalMegabytes;

    /// <summary>What is wrong whatever the machine's speed.</summary>
    public IEnumerable<string> Problems()
    {
        // Both halves of one that was cut may be refused.
        if (Told > Sent || Sent - Told > Refused) yield return $"{Told} taps were told and {Refused} refused of {Sent} frames";
        if (Stored != Told) yield return $"{Stored} taps are on the server of {Told} told";
    }

    public IEnumerable<string> Lines() =>
    [
        .. Marks.Select(mark => FormattableString.Invariant($"    after {mark.Taps:N0} taps: {Megabytes(mark.All):0.0} MB resident, {Megabytes(mark.Own):0.0} MB of them its own")),
        FormattableString.Invariant($"    half a minute after the last: {Megabytes(AtRest.All):0.0} MB resident, {Megabytes(AtRest.Own):0.0} MB of them its own"),
    ];

    public static double Megabytes(long bytes) => bytes / 1e6;
}
