using System.Text.Json;

namespace KyCuong.Time.Machines;

/// <summary>
/// The wall clock of a real kiosk is set by a second to a day, to and fro, while badges are read, in a wrong zone, and runs 500 ppm wrong: taps
/// keep their instants and their order, and each jump is on record (reliability R12).
/// </summary>
internal sealed class JumpRun(int jumps, Random random, TimeProvider time)
{
    /// <summary>Jumps that the record may know of otherwise by as much, µs: bytes that were on the way when it happened.</summary>
    private const long RecordedWithinUs = 400_000;

    /// <summary>The run; what is wrong.</summary>
    public Task<List<string>> RunAsync() => WrongClockGate.TryAsync(time, RunAsync);

    private async Task<List<string>> RunAsync(WrongClockGate gate)
    {
        gate.Clock.Drift(500);
        await gate.StartKioskAsync();
        await gate.MeetAsync();
        var taps = new List<ShownTap> { await ShownTap.MakeAsync(gate) };
        var made = new List<long>();
        for (var i = 0; i < jumps; i++)
        {
            var by = Math.Pow(86_400, random.NextDouble()) * (random.Next(2) * 2 - 1);
            made.Add((long)(by * 1e6));
            taps.Add(await ShownTap.MakeAsync(gate, () => gate.Clock.Offset += TimeSpan.FromSeconds(by)));
            taps.Add(await ShownTap.MakeAsync(gate));
        }

        await gate.AcknowledgedAsync();
        var problems = gate.Problems(taps, out var worst);
        WrongClockGate.Say($"{jumps} jumps", taps.Count, worst);
        problems.AddRange(Unrecorded(made, await gate.CommandAsync("time", "jumps", "--format", "json")));
        return problems;
    }

    /// <summary>Jumps that are not in the list, in order, and what is in it besides.</summary>
    private static IEnumerable<string> Unrecorded(List<long> made, string printed)
    {
        using var json = JsonDocument.Parse(printed);
        // The first entry of all was written before the clock was met; a jump of less than half a second is none.
        var recorded = json.RootElement.EnumerateArray().Select(jump => (long)(jump.GetProperty("seconds").GetDouble() * 1e6)).ToList();
        if (recorded.Count != made.Count) yield return $"{made.Count} jumps were made, {recorded.Count} are on record";
        foreach (var (by, known) in made.Zip(recorded))
            if (Math.Abs(by - known) > RecordedWithinUs) yield return $"a jump of {by} us is on record as one of {known} us";
    }
}
