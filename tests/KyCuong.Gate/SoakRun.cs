using System.Collections.Concurrent;

namespace KyCuong.Gate;

/// <summary>
/// A gate mistreated, each kind of reader in turns: a badge that stays, a queue at four of them in step, plugs pulled at any byte; and beside
/// them bytes without sense. At the end each reader's taps on the server are, one by one and in order, those that people made there.
/// </summary>
internal sealed class SoakRun(GateSite site, GateLines lines, Report report, TimeProvider time, Random random)
{
    /// <summary>The readers: four with a queue, one with senseless bytes, and all other kinds.</summary>
    public static readonly IReadOnlyList<string> Protocols =
    [
        GateReader.Rdm6300, GateReader.Id12La, GateReader.Em18, GateReader.LineScanner, GateReader.Rdm6300,
        GateReader.Gm65, GateReader.Pn532, GateReader.Keyboard, GateReader.WiegandSerial, GateReader.Ssi, GateReader.De2120, GateReader.Osdp, GateReader.HidPos, GateReader.Pcsc,
    ];

    private const int Queues = 4;
    private const int MostHolds = 3;

    // 30 taps in 20 s.
    private static readonly TimeSpan Queue = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pace = Queue / 30;
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pulls = TimeSpan.FromMinutes(1);

    // Longer than any driver's silence, by as much as a busy machine may read late.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(2);

    private readonly TapLedger _ledger = new(lines.Readers);
    private readonly ConcurrentBag<(GateReader Reader, TimeSpan Time)> _back = [];
    private readonly ConcurrentBag<GateReader> _held = [];
    private readonly List<long> _memory = [];

    /// <summary>Plays that long; what is wrong, as sentences.</summary>
    /// <param name="length">Of the whole.</param>
    /// <param name="judged">True to hold times and memory against their goals as well.</param>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan length, bool judged)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        await using var kiosk = await site.RunKioskAsync();
        using var screen = await ScreenStream.OpenAsync(site.ScreenPort, time, _ledger.Shown, patience.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        using var end = new CancellationTokenSource(length, time);
        var sampling = SampleAsync(kiosk, end.Token);
        await Task.WhenAll(PlayAsync(kiosk, length, end.Token));
        await sampling;
        // Longer than the status file is old.
        await Task.Delay(TimeSpan.FromSeconds(3), time);
        await site.SettleAsync();
        var problems = new List<string>();
        if (!kiosk.IsRunning) problems.Add($"the kiosk ended: {kiosk.LastWords()}");
        if (screen.HasEnded) problems.Add("the screen stream ended");
        problems.AddRange(_ledger.Problems(site.Store));
        var third = Math.Max(1, _memory.Count / 3);
        var (first, last) = (_memory.Take(third).Average() / 1e6, _memory.TakeLast(third).Average() / 1e6);
        if (judged && last > first * 1.15) problems.Add(FormattableString.Invariant($"memory grew from {first:0.0} MB in the first third to {last:0.0} MB in the last"));
        foreach (var reader in _back.GroupBy(back => back.Reader.Protocol).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var longest = reader.Max(back => back.Time);
            var held = _held.Count(one => one.Protocol == reader.Key);
            if (judged && held == 0) problems.Add($"no badge was held to {reader.Key} for the whole time");
            report.Say(FormattableString.Invariant($"    {reader.Key,-14} a badge held {Shorter(Hold, length / 6).TotalSeconds:0} s {held} times, pulled {reader.Count(),4} times, back after at most {longest.TotalSeconds:0.0} s"));
            if (judged && longest > BackWithin) problems.Add(FormattableString.Invariant($"{reader.Key} was back {longest.TotalSeconds:0.0} s after it reappeared"));
        }

        foreach (var reader in lines.Readers.Where((_, place) => place != Queues))
            if (!_back.Any(back => back.Reader == reader)) problems.Add($"{reader.Id} ({reader.Protocol}) was never unplugged");
        report.Say(FormattableString.Invariant(
            $"  {_ledger.Count:N0} taps made, {_back.Count} plugs pulled, back after at most {(_back.IsEmpty ? 0 : _back.Max(back => back.Time.TotalSeconds)):0.0} s; resident {first:0.0} MB in the first third, {last:0.0} MB in the last"));
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(60), time);
        if (kiosk.IsRunning && await kiosk.StopAsync(stopping.Token) is not 0 and var code) problems.Add($"the kiosk stopped with {code}");
        return problems;
    }

    private IEnumerable<Task> PlayAsync(KioskUnderTest kiosk, TimeSpan length, CancellationToken end)
    {
        var (hold, queue, pulls) = (Shorter(Hold, length / 6), Shorter(Queue, length / 6), Shorter(Pulls, length * 2 / 3));
        var chances = lines.Readers.ToDictionary(reader => reader, _ => new Random(random.Next()));
        yield return TurnsAsync([.. lines.Readers.Take(Queues)], queue);
        yield return NoiseAsync(lines.Readers[Queues], chances[lines.Readers[Queues]], end);
        foreach (var reader in lines.Readers.Skip(Queues + 1)) yield return TurnsAsync([reader], TimeSpan.Zero);

        async Task TurnsAsync(GateReader[] readers, TimeSpan queued)
        {
            while (!end.IsCancellationRequested)
            {
                await Task.WhenAll(readers.Select(reader => HoldAsync(reader, hold, end)));
                if (queued > TimeSpan.Zero) await QueueAsync(readers, queued, end);
                await Task.WhenAll(readers.Select(reader => PullAsync(reader, kiosk, chances[reader], pulls, end)));
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task QueueAsync(GateReader[] readers, TimeSpan length, CancellationToken end)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < length && !end.IsCancellationRequested)
        {
            await Task.WhenAll(readers.Select(TapAsync));
            await Task.Delay(Pace, time, CancellationToken.None);
        }
    }

    /// <summary>One person's badge stays where it is read again and again; another's, when this machine was too busy to hold it.</summary>
    private async Task HoldAsync(GateReader reader, TimeSpan hold, CancellationToken end)
    {
        for (var tries = 0; tries < MostHolds && !end.IsCancellationRequested; tries++)
        {
            var person = lines.Next(reader);
            _ledger.Made(person);
            var isWhole = await lines.Line(reader).HoldAsync(person, hold, end);
            await Task.Delay(Apart, time, CancellationToken.None);
            if (!isWhole) continue;
            if (!end.IsCancellationRequested) _held.Add(reader);
            return;
        }
    }

    private async Task NoiseAsync(GateReader reader, Random chance, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var bytes = new byte[chance.Next(1, 32)];
            chance.NextBytes(bytes);
            lines.Line(reader).Send(bytes);
            await Task.Delay(Noise, time, CancellationToken.None);
        }
    }

    /// <summary>The plug is pulled at some byte; what the reader had still to say comes after it is in again, and then somebody else taps.</summary>
    private async Task PullAsync(GateReader reader, KioskUnderTest kiosk, Random chance, TimeSpan length, CancellationToken end)
    {
        var line = lines.Line(reader);
        var start = time.GetTimestamp();
        do
        {
            var rest = await line.PullAsync(lines.Next(reader), chance);
            await site.UntilAsync(() => !kiosk.Works(reader.Id), () => $"the kiosk does not notice that {reader.Id} ({reader.Protocol}) is unplugged");
            await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(0, 1500)), time, CancellationToken.None);
            await line.PlugAsync();
            var plugged = time.GetTimestamp();
            // At once it is there before the line is opened. One that converses would be disturbed in between, as by any noise.
            if (chance.Next(2) == 0 && rest.Length > 0)
            {
                if (!line.Converses) await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(0, 1000)), time, CancellationToken.None);
                line.Send(rest);
                rest = [];
            }

            await site.UntilAsync(() => kiosk.Works(reader.Id), () => $"{reader.Id} ({reader.Protocol}) does not come back");
            _back.Add((reader, time.GetElapsedTime(plugged)));
            if (rest.Length > 0) line.Send(rest);
            await Task.Delay(Apart, time, CancellationToken.None);
            await TapAsync(reader);
            await Task.Delay(Apart, time, CancellationToken.None);
        }
        while (time.GetElapsedTime(start) < length && !end.IsCancellationRequested);
    }

    private Task TapAsync(GateReader reader)
    {
        var person = lines.Next(reader);
        _ledger.Made(person);
        return lines.Line(reader).TapAsync(person);
    }

    private async Task SampleAsync(KioskUnderTest kiosk, CancellationToken end)
    {
        while (!end.IsCancellationRequested && kiosk.IsRunning)
        {
            _memory.Add(kiosk.Resident().All);
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, CancellationToken.None);
        }
    }
}
