using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Crash;

/// <summary>How a disk fails: with what, and whether for this call alone or from it on until it is mended.</summary>
internal sealed record DiskFault(DiskError Error, bool Stays)
{
    /// <summary>All of them.</summary>
    public static readonly DiskFault[] All = [.. Enum.GetValues<DiskError>().SelectMany(error => new[] { new DiskFault(error, true), new DiskFault(error, false) })];

    public FaultAction Action => Stays ? FaultAction.FailOn : FaultAction.FailOnce;

    public override string ToString() => $"{Error} {(Stays ? "from" : "at")}";
}

/// <summary>
/// Lets the disk of a kiosk or of a server fail at each numbered call, one run a call. While it fails nothing may be shown
/// green or acknowledged, the program says so or ends as a supervisor expects, and no handle is synced again after its sync
/// failed; once it is well, all goes on by itself and nothing that was green is lost.
/// </summary>
internal sealed class FaultRun(string victim, int? sample, Share share, bool timed, Random random, TimeProvider time)
{
    private const int Taps = 6;

    /// <summary>What the person at the gate reads while nothing is taken.</summary>
    private const string OutOfService = "CHƯA GHI NHẬN: máy tạm ngừng phục vụ";

    /// <summary>What a person at the gate may wait to be told.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(1);

    /// <summary>What was under way when the disk failed has been told by then.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Endured = TimeSpan.FromMilliseconds(1300);
    private readonly List<Shown> _shown = [];
    private int _journals = 1;
    private TimeSpan _latest;
    private int _missed;
    private int _ended;

    /// <summary>What is wrong, as sentences.</summary>
    public async Task<List<string>> RunAsync()
    {
        var root = Directory.CreateTempSubdirectory("kycuong-faults-").FullName;
        var begin = time.GetTimestamp();
        var problems = new List<string>();
        await using (var scene = await Scene.OpenAsync(root, time))
        {
            var data = await scene.EnrolAsync();
            scene.Control.Order(FaultAction.Count);
            Func<DiskFault?, long, Task<List<string>>> run;
            KioskProcess? gate = null;
            if (victim == "kiosk") run = (fault, at) => KioskAsync(scene, data, fault, at);
            else
            {
                gate = KioskProcess.Run(data);
                run = (fault, at) => ServerAsync(scene, gate, data, fault, at);
            }

            await using var running = gate;
            // The first finds an empty directory, the second what all that follow find.
            for (var i = 0; i < 2; i++)
                if (await run(null, 0) is { Count: > 0 } wrong) return [.. wrong.Select(w => $"no fault: {w}"), $"kept for a look: {root}"];
            var calls = scene.Control.Calls;
            Console.WriteLine($"  {calls} calls in a run: {scene.Control.Census}");
            var points = Spread.Over(calls, DiskFault.All, sample, share, random);
            foreach (var (at, fault) in points)
            {
                var found = await run(fault, at);
                problems.AddRange(found.Select(problem => $"{fault} call {at} ({scene.Control.First}): {problem}"));
                if (found.Count > 0 && problems.Count > 40) break;
            }

            problems.AddRange(Comparison.Problems(scene.Store, _journals));
            Console.WriteLine($"  {points.Count} faults at {points.Select(p => p.At).Distinct().Count()} calls ({_missed} not reached, {_ended} ended the program), told after {_latest.TotalMilliseconds:0} ms at most, {time.GetElapsedTime(begin).TotalSeconds:0} s");
        }

        if (problems.Count > 0) problems.Add($"kept for a look: {root}");
        else Directory.Delete(root, recursive: true);
        return problems;
    }

    private async Task<List<string>> KioskAsync(Scene scene, string data, DiskFault? fault, long at)
    {
        var problems = new List<string>();
        var control = scene.Control;
        control.Order(fault?.Action ?? FaultAction.Count, at, fault?.Error ?? DiskError.EIO);
        await using (var kiosk = KioskProcess.Run(data, control.Environ(data)))
        {
            if (fault is null && await scene.WorkAsync(kiosk, Taps, roster: false) is { } problem) problems.Add(problem);
            if (fault is not null)
            {
                var told = ToldAsync(scene, kiosk);
                await ReadyAsync(scene, kiosk);
                for (var i = 0; i < Taps && control.FirstNs == 0; i++) await scene.Taps.PlayAsync(kiosk, 1, TimeSpan.FromSeconds(2));
                if (control.FirstNs != 0) await EndureAsync(scene, kiosk, fault, told, problems);
                control.Heal();
                if (!kiosk.Ended.IsCompleted)
                {
                    // By itself: nobody starts it again.
                    if (await scene.WorkAsync(kiosk, 2, roster: false) is { } notHealed) problems.Add($"the disk is well: {notHealed}");
                }
            }

            await StopAsync(kiosk);
            _shown.AddRange(Comparison.ShownBy(kiosk, data, scene.Root));
            if (fault is not null && control.FirstNs == 0) _missed++;
            Judge(scene, fault, kiosk.ExitCode, [.. kiosk.Lines], problems);
            if (problems.Count > 0) return [.. problems, .. kiosk.Lines.TakeLast(5)];
        }

        await using (var kiosk = KioskProcess.Run(data))
        {
            var problem = await scene.WorkAsync(kiosk, 1, roster: false);
            if (problem is null && kiosk.Ended.IsCompleted) problem = $"it ended with {kiosk.ExitCode}";
            var found = problem is null ? await Comparison.QuietAsync(scene, kiosk, data, _shown) : [];
            await kiosk.KillAsync();
            _shown.AddRange(Comparison.ShownBy(kiosk, data, scene.Root));
            _journals = Comparison.Epochs(data, scene.Root);
            return problem is null ? found : [$"started again: {problem}", .. kiosk.Lines.TakeLast(5)];
        }
    }

    /// <summary>The disk has failed.</summary>
    private async Task EndureAsync(Scene scene, KioskProcess kiosk, DiskFault fault, Task<long?> told, List<string> problems)
    {
        var first = scene.Control.First;
        var journal = first.Contains("/journal.db", StringComparison.Ordinal) && (first.StartsWith("write", StringComparison.Ordinal) || first.StartsWith("sync", StringComparison.Ordinal));
        // No room for one call alone: the log is copied back and the same is written again, which is no sync and may succeed.
        if (!fault.Stays && (!journal || fault.Error == DiskError.ENOSPC && first.StartsWith("write", StringComparison.Ordinal))) return;
        // Of the journal from the very call that failed; where another file came first, from the next badge on.
        long? failed = journal ? scene.Control.FirstNs : null;
        if (fault.Stays)
        {
            await scene.UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.ReadyAsync(default).IsCompleted);
            if (kiosk.Ended.IsCompleted) return;
            await Task.Delay(Settled, time);
            var green = kiosk.Taps.Count;
            if (!told.IsCompleted) failed ??= time.GetTimestamp();
            await scene.Taps.ShowAsync(3, CancellationToken.None);
            await Task.Delay(Endured, time);
            if (kiosk.Taps.Count > green) problems.Add($"{kiosk.Taps.Count - green} taps were shown green while the disk failed");
        }

        if (await told is not { } at)
        {
            if (!kiosk.Ended.IsCompleted) problems.Add("nobody was told that it is out of service");
            return;
        }

        if (failed is not { } since) return;
        var after = time.GetElapsedTime(since, at);
        if (after > _latest) _latest = after;
        if (timed && after > Told) problems.Add($"people were told after {after.TotalMilliseconds:0} ms");
    }

    /// <summary>When the kiosk says that it is out of service, as <see cref="FaultControl.FirstNs"/> counts; null when it does not, or ends.</summary>
    private async Task<long?> ToldAsync(Scene scene, KioskProcess kiosk)
    {
        bool Says() => kiosk.Lines.Any(line => line.Contains(OutOfService, StringComparison.Ordinal));
        await scene.UntilAsync(() => Says() || kiosk.Ended.IsCompleted);
        return Says() ? time.GetTimestamp() : null;
    }

    private async Task<List<string>> ServerAsync(Scene scene, KioskProcess kiosk, string data, DiskFault? fault, long at)
    {
        var problems = new List<string>();
        var control = scene.Control;
        await scene.StopServerAsync();
        control.Order(fault?.Action ?? FaultAction.Count, at, fault?.Error ?? DiskError.EIO);
        await scene.StartServerAsync(control.Environ(scene.ServerData));
        var server = scene.Server!;
        if (!await scene.UntilAsync(() => server.HasEnded || server.ListeningAsync(default).IsCompleted)) problems.Add("it did not listen");
        for (var i = 0; i < Taps && !server.HasEnded && control.FirstNs == 0; i++)
        {
            await scene.Taps.PlayAsync(kiosk, 1, Scene.Patience);
            if (!await scene.UntilAsync(() => server.HasEnded || control.FirstNs != 0 || kiosk.LastAcked >= kiosk.LastTap)) problems.Add("it did not acknowledge");
        }

        if (control.FirstNs != 0 && !server.HasEnded && fault is { Stays: true })
        {
            await Task.Delay(Settled, time);
            var acked = kiosk.LastAcked;
            await scene.Taps.PlayAsync(kiosk, 2, Scene.Patience);
            await Task.Delay(Endured, time);
            if (kiosk.LastAcked > acked) problems.Add($"entries up to {kiosk.LastAcked} were acknowledged while the disk failed");
            // It has nothing to say before somebody wants something kept, and a kiosk that found it away calls again in its own time.
            if (!await scene.UntilAsync(() => server.HasEnded || SaysOfTheDisk(server))) problems.Add("it said nothing of the disk");
        }

        control.Heal();
        if (!server.HasEnded && !await scene.UntilAsync(() => server.HasEnded || kiosk.LastAcked >= kiosk.LastTap)) problems.Add("the disk is well: it did not acknowledge");
        var early = server.HasEnded;
        var code = await scene.StopServerAsync();
        await server.Ended;
        problems.AddRange(Comparison.AcknowledgedEarly(scene, kiosk));
        if (fault is not null && control.FirstNs == 0) _missed++;
        if (early) _ended++;
        Judge(scene, fault, code, server.Said, problems);
        if (problems.Count > 0) problems.AddRange(server.Said.TakeLast(8));

        await scene.ServeAsync();
        await scene.Taps.PlayAsync(kiosk, 1, Scene.Patience);
        if (!await scene.UntilAsync(() => kiosk.LastAcked >= kiosk.LastTap)) problems.AddRange(["started again: it did not acknowledge", .. scene.Server!.Said.TakeLast(5)]);
        problems.AddRange(await Comparison.QuietAsync(scene, kiosk, data));
        return problems;
    }

    private static bool SaysOfTheDisk(ServerProcess server) =>
        server.Said.Any(line => line.Contains(" ERR ", StringComparison.Ordinal) || line.Contains(" FTL ", StringComparison.Ordinal));

    private static void Judge(Scene scene, DiskFault? fault, int code, IReadOnlyList<string> said, List<string> problems)
    {
        // 1 and a sentence: what a supervisor starts again and a person can read. Not a crash of the runtime (134) or a signal.
        if (code is not (0 or 1) || (code != 0 && fault is null)) problems.Add($"it ended with {code}");
        if (code == 1 && said.Count == 0) problems.Add("it ended without a word");
        if (scene.Control.RetriedSyncs > 0) problems.Add($"{scene.Control.RetriedSyncs} syncs were asked again of a handle whose sync had failed");
    }

    private static async Task ReadyAsync(Scene scene, KioskProcess kiosk) =>
        await scene.UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.ReadyAsync(default).IsCompleted || scene.Control.FirstNs != 0, TimeSpan.FromSeconds(20));

    private async Task StopAsync(KioskProcess kiosk)
    {
        if (kiosk.Ended.IsCompleted) _ended++;
        using var patience = new CancellationTokenSource(Scene.Patience, time);
        await kiosk.StopAsync(patience.Token);
        await kiosk.Ended;
    }
}
