namespace KyCuong.Gate;

/// <summary>
/// How soon a kiosk takes a tap: from starting its program to its first tap on disk. Somebody taps again and again meanwhile, for what
/// stood on the line before it was opened is thrown away.
/// </summary>
internal sealed class StartRun(GateSite site, GateLines lines, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    public static readonly TimeSpan Goal = TimeSpan.FromMilliseconds(500);

    /// <summary>So many starts of a kiosk that was stopped in order.</summary>
    public async Task<Distribution> MeasureAsync(int starts)
    {
        var reader = lines.Readers.First(reader => reader.Protocol == GateReader.Rdm6300);
        var times = new List<TimeSpan>();
        for (var start = 0; start < starts; start++)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
            await using var kiosk = KioskUnderTest.Run(site.Program, site.KioskData, time);
            while (kiosk.FirstTapAt is null)
            {
                if (!kiosk.IsRunning) throw new InvalidOperationException($"the kiosk ended: {kiosk.LastWords()}");
                lines.Line(reader).Send(lines.Next(reader).Frame);
                await Task.Delay(Between, time, patience.Token);
            }

            times.Add(time.GetElapsedTime(kiosk.StartedAt, kiosk.FirstTapAt.Value));
            await kiosk.StopAsync(patience.Token);
        }

        return new Distribution(times);
    }
}
