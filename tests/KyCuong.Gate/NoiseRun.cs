namespace KyCuong.Gate;

/// <summary>
/// As many random bytes as each reader's line carries in an hour, as fast as the kiosk takes them, in bursts with somebody's badge after each.
/// At the end only those badges are taps, each once and in order, and the kiosk holds no more memory than after a quarter of it.
/// </summary>
/// <remarks>
/// What chance may make: a known card's frame of n fixed bytes stands at a given place with 2^-8n, so n of 8 and more never come. The least
/// protected is wiegand-serial, a line of six hex digits: some card's in an hour with 1e-4, a known one's with 1e-8. OSDP's reply must have its
/// head, length, sequence and CRC besides the card: 1e-11 for any card at all. All others have more bytes that must be right.
/// </remarks>
internal sealed class NoiseRun(GateSite site, GateLines lines, Report report, TimeProvider time, Random random)
{
    /// <summary>The readers: all kinds that have a line.</summary>
    public static readonly IReadOnlyList<string> Protocols = [.. SoakRun.Protocols.Where(protocol => protocol != GateReader.Pcsc).Distinct()];

    private const int LineBytesPerSecond = 960;       // 9600 8N1
    private const int ScannerBytesPerSecond = 11_520; // 115200 8N1; also for what is no serial line
    private const int AtOnce = 4096;
    private const int MostBesideFrame = 200;

    /// <summary>More at the end than after a quarter of the noise. Up to then the runtime takes what it lets fill before it collects.</summary>
    private const double MostGrowthMegabytes = 10;

    // Longer than any driver's silence, by as much as a busy machine may read late.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1500);

    private readonly TapLedger _ledger = new(lines.Readers);

    /// <summary>Pours it all; what is wrong, as sentences.</summary>
    /// <param name="line">What each line would take for it.</param>
    /// <param name="bursts">So many.</param>
    /// <param name="judged">True to hold memory against its bound as well.</param>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan line, int bursts, bool judged)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        await using var kiosk = await site.RunKioskAsync();
        using var screen = await ScreenStream.OpenAsync(site.ScreenPort, time, _ledger.Shown, patience.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        var start = time.GetTimestamp();
        var chances = lines.Readers.ToDictionary(reader => reader, _ => new Random(random.Next()));
        var (poured, first, most) = (0L, 0L, 0L);
        for (var burst = 0; burst < bursts && kiosk.IsRunning; burst++)
        {
            await Task.WhenAll(lines.Readers.Select(reader => BurstAsync(reader, chances[reader], (int)(line.TotalSeconds * BytesPerSecond(reader) / bursts))));
            poured += lines.Readers.Sum(reader => (long)(line.TotalSeconds * BytesPerSecond(reader) / bursts));
            var now = kiosk.IsRunning ? kiosk.Resident().All : 0;
            if (burst <= bursts / 4) first = now;
            if (burst % 10 == 0) report.Say(FormattableString.Invariant($"    after {poured / 1e6:0} MB of noise {now / 1e6:0.0} MB resident"));
            most = Math.Max(most, now);
        }

        var took = time.GetElapsedTime(start);
        // Longer than the status file is old.
        await Task.Delay(TimeSpan.FromSeconds(3), time);
        var problems = new List<string>();
        if (!kiosk.IsRunning) return [$"the kiosk ended: {kiosk.LastWords()}"];
        await site.SettleAsync();
        if (screen.HasEnded) problems.Add("the screen stream ended");
        problems.AddRange(_ledger.Problems(site.Store));
        foreach (var reader in lines.Readers)
        {
            if (!await Waiting.UntilAsync(() => kiosk.Works(reader.Id), TimeSpan.FromSeconds(30), time)) problems.Add($"{reader.Id} ({reader.Protocol}) does not work after the noise");
        }

        var last = kiosk.Resident().All;
        if (judged && last - first > MostGrowthMegabytes * 1e6) problems.Add(FormattableString.Invariant($"memory grew from {first / 1e6:0.0} MB after a quarter of the noise to {last / 1e6:0.0} MB"));
        report.Say(FormattableString.Invariant(
            $"  {poured / 1e6:0.0} MB of noise into {lines.Readers.Count} readers in {took.TotalSeconds:0} s, {_ledger.Count:N0} badges within it; {StoredTaps.Count(site.Store).Refused:N0} entries of refused reads; resident {first / 1e6:0.0} MB after a quarter, {most / 1e6:0.0} MB at most, {last / 1e6:0.0} MB at the end (bound: {MostGrowthMegabytes:0} MB more)"));
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        if (await kiosk.StopAsync(stopping.Token) is not 0 and var code) problems.Add($"the kiosk stopped with {code}");
        return problems;
    }

    private static int BytesPerSecond(GateReader reader) => reader.IsOptical || reader.Protocol == GateReader.Keyboard ? ScannerBytesPerSecond : LineBytesPerSecond;

    private async Task BurstAsync(GateReader reader, Random chance, int bytes)
    {
        var line = lines.Line(reader);
        // Blocks while the line is full.
        await Task.Factory.StartNew(() => Pour(line, chance, bytes), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Delay(Pause, time);
        var person = lines.Next(reader);
        _ledger.Made(person);
        if (reader.IsContactless) await line.TapAsync(person);
        else line.Send([.. Before(reader, chance), .. person.Frame, .. After(reader, chance)]);
        await Task.Delay(Pause, time);
    }

    private static void Pour(GateLine line, Random chance, int bytes)
    {
        using var breath = new ManualResetEventSlim();
        var noise = new byte[AtOnce];
        for (var left = bytes; left > 0; left -= AtOnce)
        {
            chance.NextBytes(noise);
            line.Send(noise.AsSpan(0, Math.Min(left, AtOnce)));
            // A reader that is asked must get its word in.
            if (line.Converses) breath.Wait(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Noise right before a frame, where the frame's own start, or the end of the line before it, tells them apart.</summary>
    private static byte[] Before(GateReader reader, Random chance) => reader.Protocol switch
    {
        GateReader.Rdm6300 or GateReader.Id12La => Bytes(chance),
        GateReader.LineScanner or GateReader.De2120 or GateReader.WiegandSerial => [.. Bytes(chance), (byte)'\r'],
        _ => [],
    };

    /// <summary>Noise right behind a frame, unless silence is what ends it.</summary>
    private static byte[] After(GateReader reader, Random chance) => reader.Protocol == GateReader.Em18 ? [] : Bytes(chance);

    private static byte[] Bytes(Random chance)
    {
        var bytes = new byte[chance.Next(MostBesideFrame)];
        chance.NextBytes(bytes);
        return bytes;
    }
}
