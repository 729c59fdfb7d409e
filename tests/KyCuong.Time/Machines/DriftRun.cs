using System.Globalization;

namespace KyCuong.Time.Machines;

/// <summary>
/// The crystal of a real kiosk, and with it both its clocks, runs as wrong as it may, fast and then slow: while the server is there, two weeks
/// without it, and when it is back. Of each tap the uncertainty that is stated covers how wrong its instant is (reliability R13).
/// </summary>
/// <param name="watched">How long taps are made each way while the server is there.</param>
/// <param name="time">The clock.</param>
internal sealed class DriftRun(TimeSpan watched, TimeProvider time)
{
    private const int Ppm = 500;
    private const int Alone = 3;

    /// <summary>What may be stated while the server is there: on a quiet machine some milliseconds, on one that does much else as long as answers take.</summary>
    private const long OnlineUs = 5_000_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Away = TimeSpan.FromDays(14);

    /// <summary>What two weeks may make of it: the drift, and what was known when they began.</summary>
    private static readonly (long Least, long Most) AwayUs = ((long)(Away.TotalMicroseconds * Ppm / 1e6 * 0.999), (long)(Away.TotalMicroseconds * Ppm / 1e6 * 1.001) + OnlineUs);

    private readonly List<string> _problems = [];
    private TimeSpan _passed;

    /// <summary>The run; what is wrong.</summary>
    public Task<List<string>> RunAsync() => WrongClockGate.TryAsync(time, RunAsync);

    private async Task<List<string>> RunAsync(WrongClockGate gate)
    {
        using var server = new ClockControl(Path.Combine(gate.Scene.Root, "server.control"), time);
        gate.Clock.DriftBoth(Ppm);
        await gate.StartKioskAsync();
        await gate.MeetAsync();
        foreach (var ppm in (int[])[Ppm, -Ppm])
        {
            gate.Clock.DriftBoth(ppm);
            var taps = await WatchAsync(gate);
            await gate.AcknowledgedAsync();
            Check(gate, $"{ppm:+0;-0} ppm, with its server", taps, 0, OnlineUs);

            await gate.Scene.StopServerAsync();
            gate.Clock.Pass(Away);
            _passed += Away;
            taps = [];
            for (var i = 0; i < Alone; i++) taps.Add(await ShownTap.MakeAsync(gate));
            server.Offset = _passed;
            await gate.ServeAgainAsync(server.Environs("UTC"));
            await gate.AcknowledgedAsync();
            Check(gate, $"{ppm:+0;-0} ppm, after {Away.TotalDays:0} days alone", taps, AwayUs.Least, AwayUs.Most);

            taps = await WatchAsync(gate);
            await gate.AcknowledgedAsync();
            Check(gate, $"{ppm:+0;-0} ppm, with its server again", taps, 0, OnlineUs);
        }

        if (gate.Clock.BootCalls == 0 || server.Calls == 0) _problems.Add("kiosk or server never asked the preloaded library for the time: nothing was tried");
        return _problems;
    }

    private async Task<List<ShownTap>> WatchAsync(WrongClockGate gate)
    {
        var (taps, begin) = (new List<ShownTap>(), time.GetTimestamp());
        do
        {
            taps.Add(await ShownTap.MakeAsync(gate));
            await Task.Delay(Pause, time);
        }
        while (time.GetElapsedTime(begin) < watched);
        return taps;
    }

    /// <summary>Holds instants and what is stated of them against the truth.</summary>
    /// <param name="gate">Where.</param>
    /// <param name="what">How the clocks ran.</param>
    /// <param name="taps">Made since <see cref="_passed"/> last changed.</param>
    /// <param name="leastUs">So wrong each must be, or nothing was tried.</param>
    /// <param name="mostUs">No more may be stated.</param>
    private void Check(WrongClockGate gate, string what, List<ShownTap> taps, long leastUs, long mostUs)
    {
        var passedUs = (long)_passed.TotalMicroseconds;
        long worst = 0, stated = 0;
        foreach (var tap in taps)
        {
            var at = gate.Scene.Store.Scalar($"SELECT coalesce((SELECT at_us FROM unresolved_taps WHERE sequence = {tap.Sequence}), -1)");
            var own = gate.Scene.Store.Scalar($"SELECT coalesce((SELECT boot_time_us + server_minus_boot_us FROM taps WHERE sequence = {tap.Sequence}), -1)");
            var uncertainty = gate.Scene.Store.Scalar($"SELECT coalesce((SELECT uncertainty_us FROM taps WHERE sequence = {tap.Sequence}), 0)");
            // It was made between the two: so wrong the instant is at the least.
            var wrong = Math.Max(0, Math.Max(tap.FromUs + passedUs - at, at - tap.ToUs - passedUs));
            if (at < 0 || at != own) _problems.Add($"{what}: tap {tap.Sequence} has not the instant that it was stamped with");
            else if (wrong > uncertainty) _problems.Add($"{what}: tap {tap.Sequence} is wrong by {wrong} us, stated are {uncertainty} us");
            else if (wrong < leastUs) _problems.Add($"{what}: tap {tap.Sequence} is wrong by {wrong} us only, its clock was to be wrong by {leastUs} us");
            else if (uncertainty > mostUs) _problems.Add($"{what}: of tap {tap.Sequence} an uncertainty of {uncertainty} us is stated, more than {mostUs} us");
            (worst, stated) = (Math.Max(worst, wrong), Math.Max(stated, uncertainty));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {taps.Count} taps, wrong by {worst / 1000.0:0.0} ms or more, stated at most {stated / 1000.0:0.0} ms"));
    }
}
