using KyCuong.Crash;
using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Time.Machines;

/// <summary>A real server, and a real kiosk whose wall clock is wrong, in a directory of their own that stays when something was wrong.</summary>
internal sealed class WrongClockGate : IAsyncDisposable
{
    // Neither the server's zone nor the agency's, and off by a quarter of an hour besides.
    private const string Zone = "Asia/Kathmandu";

    private readonly TimeProvider _time;
    private readonly string _data;
    private KioskProcess? _kiosk;
    private long _samples;

    private WrongClockGate(Scene scene, string data, TimeProvider time)
    {
        (Scene, _data, _time) = (scene, data, time);
        Clock = new ClockControl(Path.Combine(scene.Root, "clock.control"), time);
    }

    /// <summary>Server, readers, people.</summary>
    public Scene Scene { get; }

    /// <summary>The kiosk's wall clock.</summary>
    public ClockControl Clock { get; }

    /// <summary>The kiosk as it was started last.</summary>
    public KioskProcess Kiosk => _kiosk ?? throw new InvalidOperationException("the kiosk was not started");

    /// <summary>True time: the clock of the server's machine, µs since 1970.</summary>
    public long NowUs => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Runs a part at a new gate. What it finds wrong, and an end before its time, as sentences.</summary>
    public static async Task<List<string>> TryAsync(TimeProvider time, Func<WrongClockGate, Task<List<string>>> part)
    {
        if (ClockControl.Library is null) return ["tests/faults/clock.c was not built; run tests/time.sh"];
        var root = Directory.CreateTempSubdirectory("kycuong-time-").FullName;
        List<string> problems;
        try
        {
            await using var scene = await Scene.OpenAsync(root, time);
            await using var gate = new WrongClockGate(scene, await scene.EnrolAsync(), time);
            problems = await part(gate);
            if (gate.Clock.Calls == 0) problems.Add("the kiosk never asked the preloaded library for the time: nothing was tried");
        }
        catch (Exception error) when (error is InvalidOperationException or TimeoutException or OperationCanceledException or KyCuong.Server.Cli.CommandException)
        {
            problems = [error.Message];
        }

        if (problems.Count > 0) problems.Add($"kept for a look: {root}");
        else Directory.Delete(root, recursive: true);
        return problems;
    }

    /// <summary>Starts the kiosk; the one before is killed, as by a power cut.</summary>
    /// <param name="bootId">The boot that it believes to be in; null: the machine's.</param>
    public async Task StartKioskAsync(Guid? bootId = null)
    {
        if (_kiosk is not null) await _kiosk.DisposeAsync();
        // It may meet the server before its readers are open.
        _samples = Samples;
        string? file = null;
        if (bootId is { } id) await File.WriteAllTextAsync(file = Path.Combine(Scene.Root, "boot_id"), $"{id:D}\n");
        _kiosk = KioskProcess.Run(_data, Clock.Environs(Zone, file));
        await NeedAsync(() => _kiosk.ReadyAsync(default).IsCompleted, "its readers were not open");
    }

    /// <summary>Waits until the kiosk is linked and the journal bears a sample of the server's clock from this run of it.</summary>
    public async Task MeetAsync()
    {
        await NeedAsync(() => Kiosk.LinkedAsync(default).IsCompletedSuccessfully, "it was not linked");
        await NeedAsync(() => Samples > _samples, "no sample of the server's clock came");
    }

    /// <summary>Starts the server again, and waits until the kiosk has met it anew.</summary>
    /// <param name="environment">Variables of the server.</param>
    public async Task ServeAgainAsync(IReadOnlyDictionary<string, string> environment)
    {
        _samples = Samples;
        await Scene.StartServerAsync(environment);
        using var patience = new CancellationTokenSource(Scene.Patience, _time);
        await Scene.Server!.ListeningAsync(patience.Token);
        await NeedAsync(() => Samples > _samples, "no sample of the server's clock came");
    }

    /// <summary>Waits until the server has everything.</summary>
    public Task AcknowledgedAsync() => NeedAsync(() => Kiosk.LastAcked >= Kiosk.LastTap, "the server did not acknowledge its taps");

    /// <summary>Runs a command of the server; what it printed.</summary>
    public async Task<string> CommandAsync(params string[] command)
    {
        using var patience = new CancellationTokenSource(Scene.Patience, _time);
        return await ServerProcess.CommandAsync(patience.Token, [.. command, "--data", Scene.ServerData]);
    }

    /// <summary>
    /// What is wrong with the instants of some taps as the server has them: none is off by more than is stated and another quarter of a second,
    /// none comes before an earlier one.
    /// </summary>
    /// <param name="taps">In the order in which they were made.</param>
    /// <param name="worstUs">The largest distance from when the bytes were written.</param>
    public List<string> Problems(IReadOnlyList<ShownTap> taps, out long worstUs)
    {
        const long Allowed = 250_000;
        var problems = new List<string>();
        long last = 0;
        worstUs = 0;
        foreach (var tap in taps)
        {
            var at = Scene.Store.Scalar($"SELECT coalesce((SELECT at_us FROM unresolved_taps WHERE sequence = {tap.Sequence}), (SELECT at_us FROM resolved_taps WHERE sequence = {tap.Sequence}), -1)");
            if (at < 0) problems.Add($"tap {tap.Sequence} has no instant");
            if (at < tap.FromUs - Allowed || at > tap.ToUs + Allowed) problems.Add($"tap {tap.Sequence} was made at {Shown(tap.FromUs)} to {Shown(tap.ToUs)}, the server says {Shown(at)}");
            if (at < last) problems.Add($"tap {tap.Sequence} comes before the one made earlier, by {last - at} us");
            worstUs = Math.Max(worstUs, Math.Abs(at - tap.FromUs));
            last = at;
        }

        return problems;
    }

    /// <summary>A line about the largest distance.</summary>
    public static void Say(string what, int taps, long worstUs) =>
        Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  {what}: {taps} taps, at most {worstUs / 1000.0:0.0} ms from when their bytes were written"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_kiosk is not null) await _kiosk.DisposeAsync();
        Clock.Dispose();
    }

    private long Samples => Scene.Store.Scalar("SELECT count(*) FROM kiosk_events WHERE kind = 7");

    private async Task NeedAsync(Func<bool> holds, string otherwise)
    {
        if (!await Scene.UntilAsync(() => holds() || Kiosk.Ended.IsCompleted) || Kiosk.Ended.IsCompleted)
            throw new TimeoutException($"{otherwise}: " + string.Join('\n', Kiosk.Lines));
    }

    private static string Shown(long us) => DateTimeOffset.UnixEpoch.AddMicroseconds(us).ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture);
}
