using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Crash;

/// <summary>
/// A server on PostgreSQL that starts and serves a gate, killed at each thing that it tells PostgreSQL: before it is told, as soon as it was, when it
/// has answered; and so PostgreSQL under the server. What <see cref="PointRun"/> is to calls of the disk: PostgreSQL's own calls are its own affair, what
/// the server may rely on is what was answered. Everything is started again, and compared.
/// </summary>
internal sealed class PostgresPointRun(Postgres postgres, int? sample, Share share, Random random, TimeProvider time)
{
    private const int Taps = 8;
    private const int Wrong = 1;
    private const int Killed = 128 + 9;
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    private static readonly (string Victim, LineHit When)[] Ways =
    [
        ("server", LineHit.After), ("PostgreSQL", LineHit.Answered), ("server", LineHit.Before), ("PostgreSQL", LineHit.After), ("server", LineHit.Answered), ("PostgreSQL", LineHit.Before),
    ];

    private readonly SortedDictionary<string, int> _hits = new(StringComparer.Ordinal);
    private (long Heard, long Stored)? _left;
    private int _missed;

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Scratch.RunAsync("kycuong-points-", time, RunAsync);

    private async Task<List<string>> RunAsync(string root)
    {
        var folder = Path.Combine(root, "line");
        Directory.CreateDirectory(folder);
        await using var line = new PostgresLine(folder, postgres.Cluster);
        var serverData = Path.Combine(root, "server");
        await postgres.BeginAsync(serverData, folder);
        await using var scene = await Scene.OpenAsync(root, time, serverData, store: StoreRows.Postgres(postgres.Connection));
        var data = await scene.EnrolAsync();
        await using var kiosk = KioskProcess.Run(data);
        // The first run finds a store that nobody has tapped into; all others find what this one finds.
        foreach (var _ in Enumerable.Range(0, 2))
            if (await PointAsync(scene, kiosk, data, line, "", LineHit.Never, 0) is { Count: > 0 } wrong) return [.. wrong.Select(problem => $"nobody killed anything: {problem}")];
        var told = line.Told;
        Console.WriteLine($"  PostgreSQL is told {told} times in a run");

        var problems = new List<string>();
        var points = Spread.Over(told, Ways, sample, share, random);
        foreach (var (at, (victim, when)) in points)
        {
            var found = await PointAsync(scene, kiosk, data, line, victim, when, (int)at);
            problems.AddRange(found.Select(problem => $"{victim} {when} {at} ({line.First}): {problem}"));
            if (problems.Count > 20) break;
        }

        problems.AddRange(Comparison.Problems(scene.Store, journals: 1));
        Console.WriteLine($"  {string.Join(", ", _hits.Select(hit => $"{hit.Key} killed {hit.Value} times"))} at {points.Select(point => point.At).Distinct().Count()} places ({_missed} not reached), {kiosk.Taps.Count} taps green");
        if (_hits.Count == 0) problems.Add("nothing was killed");
        return problems;
    }

    /// <summary>One run of a server that starts and is brought some taps, and of what comes after it; what is wrong, as sentences.</summary>
    private async Task<List<string>> PointAsync(Scene scene, KioskProcess kiosk, string data, PostgresLine line, string victim, LineHit when, int at)
    {
        if (await scene.StopServerAsync() is var code and not 0) return [$"the server before it stopped with {code}"];
        _left = null;
        await scene.StartServerAsync(null, server => line.Order(when, at, () => HitAsync(scene, kiosk, victim, server)));
        var (server, patience) = (scene.Server!, Scene.Patience);
        var problems = new List<string>();
        if (!await scene.UntilAsync(() => server.HasEnded || server.ListeningAsync(default).IsCompleted)) problems.Add("it did not listen");
        var before = kiosk.LastAcked;
        if (!await scene.Taps.PlayAsync(kiosk, Taps, patience)) problems.Add($"the gate did not show {Taps} taps green");
        if (!await scene.UntilAsync(() => server.HasEnded || kiosk.LastAcked >= kiosk.LastTap && kiosk.LastAcked > before)) problems.Add("it did not acknowledge");
        // What the run said is over; the answer to its last word may still be what hits somebody.
        line.Rest();
        if (line.First.Length > 0) await scene.UntilAsync(() => line.HasHit, Answer);
        var hit = line.HasHit;
        await line.Hit.WaitAsync(patience, time);
        if (hit && victim == "server") await server.Ended.WaitAsync(patience, time);
        if (when == LineHit.Never) return [.. problems, .. server.HasEnded ? [$"it ended with {server.ExitCode}", .. server.Said.TakeLast(5)] : (string[])[], .. await AfterAsync(scene, kiosk, data)];

        if (hit) _hits[victim] = _hits.GetValueOrDefault(victim) + 1;
        else _missed++;
        if (_left is { } left && left.Heard > left.Stored) problems.Add($"entries up to {left.Heard} were acknowledged, the store has them up to {left.Stored}");
        if (server.HasEnded) problems.AddRange(Ending(server, hit, victim));
        if (problems.Count > 0) problems.AddRange(server.Said.TakeLast(5));
        if (server.HasEnded) await scene.ServeAsync();
        return [.. problems, .. await AfterAsync(scene, kiosk, data)];
    }

    /// <summary>What is wrong with the way in which a server ended.</summary>
    private static IEnumerable<string> Ending(ServerProcess server, bool hit, string victim)
    {
        if (hit && victim == "server") return server.ExitCode == Killed ? [] : [$"it ended with {server.ExitCode} and was killed"];
        // A server whose database went away says so; its supervisor starts it anew.
        if (!hit || server.ExitCode != Wrong) return [$"it ended with {server.ExitCode}"];
        return server.Said.Any(said => said.StartsWith("   at ", StringComparison.Ordinal)) ? ["it did not say in a sentence why it ended"] : [];
    }

    /// <summary>One more tap, and all of it where it belongs.</summary>
    private static async Task<List<string>> AfterAsync(Scene scene, KioskProcess kiosk, string data)
    {
        if (!await scene.Taps.PlayAsync(kiosk, 1, Scene.Patience)) return ["afterwards: the gate shows no tap green", .. kiosk.Lines.TakeLast(5)];
        if (!await scene.UntilAsync(() => kiosk.LastAcked >= kiosk.LastTap)) return ["afterwards: nothing is acknowledged", .. scene.Server!.Said.TakeLast(5)];
        return await Comparison.QuietAsync(scene, kiosk, data);
    }

    /// <summary>
    /// Ends the victim, and notes what the kiosk had heard and what the store has, before anybody comes to the store again: the kiosk would send once more what is not there.
    /// </summary>
    private async Task HitAsync(Scene scene, KioskProcess kiosk, string victim, ServerProcess server)
    {
        if (victim == "server") await Task.Run(server.Kill);
        var heard = kiosk.LastAcked;
        if (victim != "server") await postgres.CrashAsync();
        _left = (heard, scene.Store.Scalar("SELECT coalesce(max(high_water), 0) FROM journals"));
    }
}
