using KyCuong.Crash;
using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Network;

/// <summary>
/// A kiosk process on a line of its own that is cut, held, delayed, slowed, refused and left half-open at random, while people tap. After each
/// fault acknowledgements must go on.
/// </summary>
internal sealed class FaultyGate : IAsyncDisposable
{
    private const int Readers = 2;

    /// <summary>One in so many faults is longer than a peer's patience.</summary>
    private const int OneLongIn = 50;

    private readonly Site _site;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly string _name;
    private readonly int _number;
    private readonly string _data;
    private readonly TimeSpan _betweenBursts;
    private readonly SerialDeviceServer[] _readers = [.. Enumerable.Range(0, Readers).Select(_ => new SerialDeviceServer())];
    private readonly CancellationTokenSource _closing = new();
    private KioskProcess _kiosk = null!;
    private Task _playing = Task.CompletedTask;
    private int _faults;

    private FaultyGate(Site site, int number, TimeSpan betweenBursts, Random random, TimeProvider time)
    {
        (_site, _number, _name, _betweenBursts, _random, _time) = (site, number, $"CONG-{number}", betweenBursts, random, time);
        _data = site.Folder(_name);
        Line = new FaultyLine(site.Port, time);
    }

    /// <summary>Its way to the server.</summary>
    public FaultyLine Line { get; }

    /// <summary>Enrols and starts the kiosk of that number, from 1; returns when its first taps are acknowledged.</summary>
    public static async Task<FaultyGate> OpenAsync(Site site, int number, TimeSpan betweenBursts, Random random, TimeProvider time)
    {
        var gate = new FaultyGate(site, number, betweenBursts, random, time);
        try
        {
            await gate.StartAsync();
            return gate;
        }
        catch
        {
            await gate.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "kiosk.json"), $$"""
            {
              "readers": [ {{string.Join(", ", _readers.Select((reader, i) => $$"""{ "id": "r{{i}}", "port": "{{reader.Address}}", "protocol": "rdm6300", "direction": "in" }"""))}} ],
              "screen": { "port": 0 },
              "limits": { "retryFirst": "100ms", "retryLongest": "200ms" }
            }
            """);
        using var patience = new CancellationTokenSource(Site.Patience, _time);
        await KioskProcess.EnrolAsync(_data, Line.Address, await _site.InviteAsync(_name), patience.Token);
        _kiosk = KioskProcess.Run(_data);
        await _kiosk.LinkedAsync(patience.Token);
        await _kiosk.ReadyAsync(patience.Token);
        _playing = new TapLoad(_readers, _time, _betweenBursts, _number - 1).PlayAsync(_closing.Token);
        await ProgressAsync("the first taps");
    }

    /// <summary>One fault, and acknowledgements again after it.</summary>
    /// <param name="isShort">Not one of the long ones.</param>
    /// <returns>What was done.</returns>
    public async Task<string> SufferAsync(bool isShort)
    {
        var fault = await SpoilAsync(isShort);
        Line.State = LineState.Sound;
        await ProgressAsync($"fault {++_faults}, {fault}");
        return fault;
    }

    /// <summary>A tap made after this call is acknowledged.</summary>
    public async Task ProgressAsync(string after)
    {
        var shown = _kiosk.LastTap;
        await _site.UntilAsync(() => _kiosk.LastTap > shown, $"{_name}: nobody was shown green after {after}");
        var next = _kiosk.LastTap;
        await _site.UntilAsync(() => _kiosk.LastAcked >= next, $"{_name}: nothing was acknowledged after {after}");
    }

    /// <summary>Nobody taps any more, all is acknowledged, and the kiosk is stopped in order.</summary>
    /// <param name="problems">Gets what is wrong with that.</param>
    public async Task CloseAsync(List<string> problems)
    {
        await _closing.CancelAsync();
        await _playing;
        await _site.UntilAsync(() => _kiosk.LastTap > 0 && _kiosk.LastAcked >= _kiosk.LastTap, $"{_name} does not get its last taps acknowledged");
        using var leaving = new CancellationTokenSource(Site.Patience, _time);
        var code = await _kiosk.StopAsync(leaving.Token);
        if (code != 0) problems.Add($"{_name} stopped with {code}");
    }

    /// <summary>What is wrong between its journal, its screen and the server, which has stopped.</summary>
    /// <param name="green">Taps shown green.</param>
    /// <param name="stored">Its taps on the server.</param>
    public List<string> Problems(out int green, out long stored)
    {
        green = _kiosk.Taps.Count;
        return Comparison.Problems(Path.Combine(_data, "journal.db"), _site.Store, [], _kiosk.Taps, out stored);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _playing;
        if (_kiosk is not null) await _kiosk.DisposeAsync();
        await Line.DisposeAsync();
        foreach (var reader in _readers) await reader.DisposeAsync();
        _closing.Dispose();
    }

    /// <summary>Spoils the line for a while; what was done.</summary>
    private async Task<string> SpoilAsync(bool isShort)
    {
        if (!isShort && _random.Next(OneLongIn) == 0)
        {
            if (_random.Next(2) == 0)
            {
                _ = Line.StrandAsync(LineWay.Down);
                return "half-open";
            }

            Line.State = Held();
            await WaitAsync(14_000, 25_000);
            return "long black holes";
        }

        var end = _random.Next(2) == 0 ? LineEnd.Finish : LineEnd.Reset;
        switch (_random.Next(7))
        {
            case 0:
                Line.Cut(end);
                return "cuts";
            case 1:
                Line.CutNext(new LineCut((LineWay)_random.Next(2), _random.Next(20_000), end));
                Line.Cut(end);
                await WaitAsync(50, 400);
                return "cuts at a byte";
            case 2:
                Line.State = Held();
                await WaitAsync(50, 1500);
                return "black holes";
            case 3:
                Line.State = Held();
                await WaitAsync(50, 500);
                Line.Cut(end);
                return "black holes and cuts";
            case 4:
                Line.State = LineState.Sound with { Delay = TimeSpan.FromMilliseconds(_random.Next(20, 400)) };
                await WaitAsync(200, 1500);
                return "delays";
            case 5:
                Line.State = LineState.Sound with { BytesPerSecond = _random.Next(500, 20_000) };
                await WaitAsync(200, 1500);
                return "slow lines";
            default:
                Line.State = LineState.Sound with { Refuses = true };
                Line.Cut(end);
                await WaitAsync(50, 1000);
                return "refusals";
        }
    }

    private LineState Held() => _random.Next(3) switch
    {
        0 => LineState.Sound with { HoldsUp = true },
        1 => LineState.Sound with { HoldsDown = true },
        _ => LineState.Sound with { HoldsUp = true, HoldsDown = true },
    };

    private Task WaitAsync(int leastMs, int mostMs) => Task.Delay(TimeSpan.FromMilliseconds(_random.Next(leastMs, mostMs)), _time);
}
