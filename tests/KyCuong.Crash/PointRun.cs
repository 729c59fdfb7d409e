using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Crash;

/// <summary>
/// Kills a program at each numbered call that changes or syncs its disk, one run a call, starts it again and compares. What
/// is killed: a kiosk with a new journal and roster; one that finds what its kill left behind; a server that makes its store
/// and keys; one that serves a gate. The load is the same each time; the calls are counted in a run that nobody kills.
/// </summary>
internal sealed class PointRun(string victim, int? sample, Share share, Random random, TimeProvider time)
{
    /// <summary>What can be killed: either program at its first start, and where it goes on.</summary>
    public static readonly string[] Victims = ["kiosk-first", "kiosk-again", "server-first", "server-again"];

    private const int Taps = 8;
    private static readonly FaultAction[] Actions = [FaultAction.KillBefore, FaultAction.KillHalf, FaultAction.KillAfter];
    private readonly List<Shown> _shown = [];
    private int _directories;
    private int _journals;
    private int _missed;

    /// <summary>What is wrong, as sentences.</summary>
    public async Task<List<string>> RunAsync()
    {
        var root = Directory.CreateTempSubdirectory("kycuong-points-").FullName;
        var begin = time.GetTimestamp();
        var problems = new List<string>();
        // What a point of the server leaves running for the next one.
        var gates = new List<KioskProcess>();
        try
        {
            await RunAsync(root, problems, gates, begin);
        }
        finally
        {
            foreach (var gate in gates) await gate.DisposeAsync();
        }

        if (problems.Count > 0) problems.Add(Kept(root));
        else Directory.Delete(root, recursive: true);
        return problems;
    }

    private async Task RunAsync(string root, List<string> problems, List<KioskProcess> gates, long begin)
    {
        await using (var scene = await Scene.OpenAsync(root, time))
        {
            var kiosk = await scene.EnrolAsync();
            var point = Point(scene, kiosk, gates);
            // The first run of a journal or store that goes on finds an empty directory; all others find what this one finds.
            if (victim is "kiosk-again" or "server-again") await point(FaultAction.Count, 0);
            if (await point(FaultAction.Count, 0) is { Count: > 0 } wrong)
            {
                problems.AddRange(wrong.Select(w => $"nobody killed anything: {w}"));
                return;
            }

            var calls = scene.Control.Calls;
            Console.WriteLine($"  {calls} calls in a run: {scene.Control.Census}");
            var points = Spread.Over(calls, Actions, sample, share, random);
            foreach (var (at, action) in points)
            {
                var found = await point(action, at);
                problems.AddRange(found.Select(problem => $"{action} call {at} ({scene.Control.First}): {problem}"));
                if (found.Count > 0 && problems.Count > 20) break;
            }

            if (victim != "server-first") problems.AddRange(Comparison.Problems(scene.Store, _journals));
            Console.WriteLine($"  {points.Count} kills at {points.Select(p => p.At).Distinct().Count()} calls ({_missed} not reached), {_shown.Count} taps green, {_journals} epochs, {time.GetElapsedTime(begin).TotalSeconds:0} s");
        }
    }

    private static string Kept(string root) => $"kept for a look: {root}";

    private Func<FaultAction, long, Task<List<string>>> Point(Scene scene, string kiosk, List<KioskProcess> gates)
    {
        switch (victim)
        {
            case "kiosk-first":
                return async (action, at) =>
                {
                    var data = Path.Combine(scene.Root, $"first-{_directories++}");
                    Scene.Copy(kiosk, data);
                    _shown.Clear();
                    var problems = await KioskAsync(scene, data, action, at, roster: true);
                    _journals += Comparison.Epochs(data, scene.Root);
                    if (problems.Count == 0) Directory.Delete(data, recursive: true);
                    return problems;
                };
            case "kiosk-again":
                return async (action, at) =>
                {
                    var problems = await KioskAsync(scene, kiosk, action, at, roster: false);
                    _journals = Comparison.Epochs(kiosk, scene.Root);
                    return problems;
                };
            case "server-first":
                return (action, at) => FirstStartAsync(scene, action, at);
            default:
                _journals = 1;
                gates.Add(KioskProcess.Run(kiosk));
                return (action, at) => ServerAsync(scene, gates[0], kiosk, action, at);
        }
    }

    private async Task<List<string>> KioskAsync(Scene scene, string data, FaultAction action, long at, bool roster)
    {
        scene.Control.Order(action, at);
        await using (var kiosk = KioskProcess.Run(data, scene.Control.Environ(data)))
        {
            var problem = await scene.WorkAsync(kiosk, Taps, roster);
            var code = await StopAsync(kiosk);
            _shown.AddRange(Comparison.ShownBy(kiosk, data, scene.Root));
            if (Judge(scene, action, code, problem) is { } wrong) return [wrong, .. kiosk.Lines.TakeLast(5)];
        }

        await using (var kiosk = KioskProcess.Run(data))
        {
            var problem = await scene.WorkAsync(kiosk, 2, roster: false);
            if (problem is null && kiosk.Ended.IsCompleted) problem = $"it ended with {kiosk.ExitCode}";
            var found = problem is null ? await Comparison.QuietAsync(scene, kiosk, data, _shown) : [];
            // What goes on in this journal finds next time what a kill leaves; a journal of its own ends in order.
            if (problem is null && roster && await StopAsync(kiosk) is var code and not 0) problem = $"it stopped with {code}";
            await kiosk.KillAsync();
            _shown.AddRange(Comparison.ShownBy(kiosk, data, scene.Root));
            return problem is null ? found : [$"started again: {problem}", .. kiosk.Lines.TakeLast(5)];
        }
    }

    private async Task<List<string>> ServerAsync(Scene scene, KioskProcess kiosk, string data, FaultAction action, long at)
    {
        await scene.StopServerAsync();
        scene.Control.Order(action, at);
        await scene.StartServerAsync(scene.Control.Environ(scene.ServerData));
        var server = scene.Server!;
        string? problem = null;
        if (!await scene.UntilAsync(() => server.HasEnded || server.ListeningAsync(default).IsCompleted)) problem = "it did not listen";
        var before = kiosk.LastAcked;
        await scene.Taps.PlayAsync(kiosk, Taps, Scene.Patience);
        if (!await scene.UntilAsync(() => server.HasEnded || kiosk.LastAcked >= kiosk.LastTap && kiosk.LastAcked > before)) problem ??= "it did not acknowledge";
        var code = await scene.StopServerAsync();
        if (Judge(scene, action, code, problem) is { } wrong) return [wrong, .. server.Said.TakeLast(5)];
        if (Comparison.AcknowledgedEarly(scene, kiosk).ToList() is { Count: > 0 } early) return early;

        await scene.ServeAsync();
        await scene.Taps.PlayAsync(kiosk, 1, Scene.Patience);
        if (!await scene.UntilAsync(() => kiosk.LastAcked >= kiosk.LastTap)) return ["started again: it did not acknowledge", .. scene.Server!.Said.TakeLast(5)];
        return await Comparison.QuietAsync(scene, kiosk, data);
    }

    private async Task<List<string>> FirstStartAsync(Scene scene, FaultAction action, long at)
    {
        var data = Path.Combine(scene.Root, $"first-server-{_directories++}");
        Directory.CreateDirectory(data);
        scene.Control.Order(action, at);
        int code;
        string? problem = null;
        await using (var server = ServerProcess.Serve(data, 0, scene.Control.Environ(data)))
        {
            if (!await scene.UntilAsync(() => server.HasEnded || server.ListeningAsync(default).IsCompleted)) problem = "it did not listen";
            using var patience = new CancellationTokenSource(Scene.Patience, time);
            code = await server.StopAsync(patience.Token);
            if (Judge(scene, action, code, problem) is { } wrong) return [wrong, .. server.Said.TakeLast(5)];
        }

        await using (var server = ServerProcess.Serve(data, 0))
        {
            using var patience = new CancellationTokenSource(Scene.Patience, time);
            try
            {
                await server.ListeningAsync(patience.Token);
                await Agency.DeclareAsync(scene.Root, data);
                code = await server.StopAsync(patience.Token);
            }
            catch (InvalidOperationException error)
            {
                return [$"started again: {error.Message}"];
            }
        }

        if (code != 0) return [$"started again, it stopped with {code}"];
        Directory.Delete(data, recursive: true);
        return [];
    }

    private string? Judge(Scene scene, FaultAction action, int code, string? problem)
    {
        const int Killed = 128 + 9;
        if (code == Killed && scene.Control.FirstNs != 0) return null;
        if (action != FaultAction.Count) _missed++;
        return problem ?? (code == 0 ? null : $"it ended with {code}");
    }

    private async Task<int> StopAsync(KioskProcess kiosk)
    {
        using var patience = new CancellationTokenSource(Scene.Patience, time);
        await kiosk.StopAsync(patience.Token);
        await kiosk.Ended;
        return kiosk.ExitCode;
    }
}
