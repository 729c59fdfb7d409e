using System.Text.Json;

namespace KyCuong.Time.Machines;

/// <summary>
/// A real kiosk that boots in 1970 while the server is away: what it reads gets its minute when it meets the server in the same boot, and is
/// kept and pending when the machine is started again before that (reliability R14).
/// </summary>
internal sealed class LostClockRun(TimeProvider time)
{
    private const int Taps = 3;

    /// <summary>The run; what is wrong.</summary>
    public Task<List<string>> RunAsync() => WrongClockGate.TryAsync(time, RunAsync);

    private static async Task<List<string>> RunAsync(WrongClockGate gate)
    {
        var (lost, found) = (Guid.NewGuid(), Guid.NewGuid());
        gate.Clock.Offset = TimeSpan.FromSeconds(60) - TimeSpan.FromMicroseconds(gate.NowUs);
        await gate.Scene.StopServerAsync();
        await gate.StartKioskAsync(lost);
        var never = await TapAsync(gate);
        await gate.StartKioskAsync(found);
        var later = await TapAsync(gate);
        await gate.Scene.ServeAsync();
        await gate.MeetAsync();
        later.AddRange(await TapAsync(gate));
        await gate.AcknowledgedAsync();

        var problems = gate.Problems(later, out var worst);
        WrongClockGate.Say("booted in 1970", later.Count, worst);
        using var pending = JsonDocument.Parse(await gate.CommandAsync("time", "list", "--format", "json"));
        var listed = pending.RootElement.EnumerateArray().Select(tap => long.Parse(tap.GetProperty("tap").GetString()!.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        if (!listed.SequenceEqual(never.Select(tap => tap.Sequence))) problems.Add($"pending are {string.Join(", ", listed)}, not {string.Join(", ", never.Select(tap => tap.Sequence))}");
        // Between the enrolment and the first that is known: the taps of the other boot, made after.
        foreach (var tap in pending.RootElement.EnumerateArray())
            if (tap.GetProperty("before").GetDateTimeOffset() is var before && before < DateTimeOffset.UnixEpoch.AddMicroseconds(never[^1].FromUs))
                problems.Add($"tap {tap.GetProperty("tap").GetString()} is said to have been made before {before:O}");
        return problems;
    }

    private static async Task<List<ShownTap>> TapAsync(WrongClockGate gate)
    {
        var taps = new List<ShownTap>();
        for (var i = 0; i < Taps; i++) taps.Add(await ShownTap.MakeAsync(gate));
        return taps;
    }
}
