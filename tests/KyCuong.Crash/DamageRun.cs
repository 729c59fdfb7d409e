using System.Diagnostics;
using System.Globalization;
using KyCuong.Server.Features.Demo;

namespace KyCuong.Crash;

/// <summary>
/// A kiosk that starts on a journal its disk damaged, with taps that the server does not have. Either its log is damaged in the middle, all entries being
/// whole, and the kiosk is killed at each disk call by which the file is put aside and saved from; or one block of the journal or its log cannot be read,
/// from the start on or from when the kiosk runs. Taps are taken, everything that can be read reaches the server, and nobody does anything for it.
/// </summary>
internal sealed class DamageRun(string victim, int? sample, Share share, Random random, TimeProvider time)
{
    /// <summary>What becomes of it.</summary>
    public static readonly string[] Victims = ["damaged-killed", "damaged-unreadable"];

    private const int Waiting = 24;
    private const int BlockBytes = 4096;

    /// <summary>A journal keeps what was saved of every one before it: not all runs are made with the same.</summary>
    private const int RunsOfAKiosk = 8;

    private const string Everything = "SELECT sequence, hash FROM taps UNION ALL SELECT sequence, hash FROM kiosk_events";
    private static readonly FaultAction[] Kills = [FaultAction.KillBefore, FaultAction.KillHalf, FaultAction.KillAfter];
    private static readonly bool[] FromStart = [true, false];

    private string _data = "";
    private int _runs;
    private int _green;
    private int _lost;
    private int _missed;

    /// <summary>What is wrong, as sentences.</summary>
    public async Task<List<string>> RunAsync()
    {
        var root = Directory.CreateTempSubdirectory("kycuong-damage-").FullName;
        var begin = time.GetTimestamp();
        var problems = new List<string>();
        await using (var scene = await Scene.OpenAsync(root, time))
        {
            if (victim == "damaged-killed") await KilledAsync(scene, problems);
            else await UnreadableAsync(scene, problems);
            Console.WriteLine($"  {_runs} damaged journals ({_missed} not reached), {_green} taps green, {_lost} entries unreadable, {time.GetElapsedTime(begin).TotalSeconds:0} s");
        }

        if (problems.Count > 0) problems.Add($"kept for a look: {root}");
        else Directory.Delete(root, recursive: true);
        return problems;
    }

    private async Task KilledAsync(Scene scene, List<string> problems)
    {
        // The first finds a new journal.
        for (var i = 0; i < 2; i++)
        {
            problems.AddRange((await KilledAtAsync(scene, FaultAction.Count, 0)).Select(w => $"nobody killed it: {w}"));
            if (problems.Count > 0) return;
        }

        var calls = scene.Control.Calls;
        Console.WriteLine($"  {calls} calls in a run: {scene.Control.Census}");
        foreach (var (at, action) in Spread.Over(calls, Kills, sample, share, random))
        {
            var found = await KilledAtAsync(scene, action, at);
            problems.AddRange(found.Select(problem => $"{action} call {at} ({scene.Control.First}): {problem}"));
            if (problems.Count > 20) return;
        }
    }

    private async Task<List<string>> KilledAtAsync(Scene scene, FaultAction action, long at)
    {
        var kept = await LeaveAsync(scene);
        // The sum of its first frame: what follows is whole, and SQLite would take none of it.
        using (var log = File.Open(Log, FileMode.Open))
        {
            log.Position = 32 + 16;
            var was = log.ReadByte();
            log.Position--;
            log.WriteByte((byte)(was ^ 0x10));
        }

        await scene.ServeAsync();
        scene.Control.Order(action, at);
        await using (var kiosk = KioskProcess.Run(_data, scene.Control.Environ(_data)))
        {
            var problem = await scene.WorkAsync(kiosk, 2, roster: false);
            if (problem is null && !kiosk.Ended.IsCompleted) problem = await SentAsync(scene, kept, () => kiosk.Ended.IsCompleted);
            var code = await StopAsync(kiosk);
            if (scene.Control.FirstNs == 0)
            {
                if (action != FaultAction.Count) _missed++;
                if (problem is not null || code != 0) return [problem ?? $"it ended with {code}", .. kiosk.Lines.TakeLast(5)];
            }
        }

        return await AgainAsync(scene, kept);
    }

    private async Task UnreadableAsync(Scene scene, List<string> problems)
    {
        await LeaveAsync(scene);
        await scene.ServeAsync();
        var blocks = Blocks().Count;
        Console.WriteLine($"  {blocks} blocks of the journal and its log");
        foreach (var (at, early) in Spread.Over(blocks, FromStart, sample, share, random))
        {
            var found = await UnreadableAtAsync(scene, (int)at - 1, early);
            problems.AddRange(found.Select(problem => $"block {at} {(early ? "from the start" : "while it runs")}: {problem}"));
            if (problems.Count > 20) return;
        }
    }

    private async Task<List<string>> UnreadableAtAsync(Scene scene, int at, bool early)
    {
        var kept = await LeaveAsync(scene);
        var blocks = Blocks();
        var (file, from) = blocks[at % blocks.Count];
        var readable = Whole(file, from, kept);
        var there = scene.Store.Read(Everything).Select(row => row.Hex).ToHashSet();
        _lost += kept.Except(readable).Count(record => !there.Contains(record[^64..]));
        scene.Control.Order(FaultAction.Count);
        if (early)
        {
            scene.Control.Spoil(Inode(file), from, from + BlockBytes);
            await scene.ServeAsync();
        }

        await using (var kiosk = KioskProcess.Run(_data, scene.Control.Environ(_data)))
        {
            if (!early)
            {
                await scene.UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.ReadyAsync(default).IsCompleted);
                scene.Control.Spoil(Inode(file), from, from + BlockBytes);
                await scene.ServeAsync();
            }

            var problem = await scene.WorkAsync(kiosk, 2, roster: false) ?? (kiosk.Ended.IsCompleted ? $"it ended with {kiosk.ExitCode}" : await SentAsync(scene, readable, () => false));
            if (scene.Control.BadReads == 0) _missed++;
            await kiosk.KillAsync();
            _green += kiosk.Taps.Count;
            if (problem is not null) return [$"{Path.GetFileName(file)}: {problem}", .. kiosk.Lines.TakeLast(5)];
        }

        return await AgainAsync(scene, readable);
    }

    /// <summary>The server is away, taps are taken, the kiosk is killed. Records that lie on its disk then, as hexadecimal.</summary>
    private async Task<List<string>> LeaveAsync(Scene scene)
    {
        if (_runs++ % RunsOfAKiosk == 0) _data = await scene.EnrolAsync();
        await scene.StopServerAsync();
        await using var kiosk = KioskProcess.Run(_data);
        await scene.UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.ReadyAsync(default).IsCompleted);
        if (!await scene.Taps.PlayAsync(kiosk, Waiting, Scene.Patience) || kiosk.Ended.IsCompleted)
            throw new InvalidOperationException($"without a server it took no taps: {string.Join(' ', kiosk.Lines.TakeLast(3))}");
        await kiosk.KillAsync();
        _green += kiosk.Taps.Count;
        return [.. StoreRows.Sqlite(Comparison.CopyOf(Journal, scene.Root)).Read("SELECT key, record FROM entries").Select(row => row.Hex)];
    }

    /// <summary>Started once more on a disk that is well: all is there.</summary>
    private async Task<List<string>> AgainAsync(Scene scene, IReadOnlyCollection<string> expected)
    {
        await using var kiosk = KioskProcess.Run(_data);
        var problem = await scene.WorkAsync(kiosk, 1, roster: false) ?? (kiosk.Ended.IsCompleted ? $"it ended with {kiosk.ExitCode}" : await SentAsync(scene, expected, () => false));
        await kiosk.KillAsync();
        _green += kiosk.Taps.Count;
        if (problem is not null) return [$"started again: {problem}", .. kiosk.Lines.TakeLast(5)];
        var problems = new List<string>();
        var stored = scene.Store.Scalar("SELECT count(*) FROM taps");
        if (stored < _green - _lost) problems.Add($"{_green} taps were shown green, {_lost} entries could not be read, and the server has {stored}");
        if (scene.Store.Scalar("SELECT count(*) - count(DISTINCT badge) FROM taps") is > 0 and var twice) problems.Add($"{twice} tags are stored twice, though each was shown once");
        if (scene.Store.Scalar("SELECT count(*) FROM journal_conflicts") is > 0 and var conflicts) problems.Add($"{conflicts} conflicts are noted");
        return problems;
    }

    /// <summary>Waits until the server has these records and nothing is left to be saved; null: it has and there is not.</summary>
    private async Task<string?> SentAsync(Scene scene, IReadOnlyCollection<string> records, Func<bool> ended)
    {
        var missing = 0;
        var sent = await scene.UntilAsync(() =>
        {
            if (ended()) return true;
            var there = scene.Store.Read(Everything).Select(row => row.Hex).ToHashSet();
            missing = records.Count(record => !there.Contains(record[^64..]));
            return missing == 0 && Directory.GetFiles(_data, "journal.db.damaged-*").Length == 0;
        });
        return sent ? null : $"{missing} readable entries did not reach the server, {Directory.GetFiles(_data, "journal.db.damaged-*").Length} files are not saved from";
    }

    private string Journal => Path.Combine(_data, "journal.db");

    private string Log => Journal + "-wal";

    private List<(string File, long From)> Blocks() =>
        [.. ((string[])[Journal, Log]).SelectMany(file => Enumerable.Range(0, (int)((new FileInfo(file).Length + BlockBytes - 1) / BlockBytes)).Select(block => (file, (long)block * BlockBytes)))];

    /// <summary>Records that lie in the files, wherever, when these bytes of one of them do not.</summary>
    private List<string> Whole(string spoilt, long from, List<string> records)
    {
        byte[][] files = [.. ((string[])[Journal, Log]).Select(file =>
        {
            var bytes = File.ReadAllBytes(file);
            if (file == spoilt) bytes.AsSpan((int)from, (int)Math.Min(BlockBytes, bytes.Length - from)).Clear();
            return bytes;
        })];
        return [.. records.Where(record => files.Any(file => file.AsSpan().IndexOf(Convert.FromHexString(record)) >= 0))];
    }

    private static long Inode(string file)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", file]) { RedirectStandardOutput = true })!;
        var said = stat.StandardOutput.ReadToEnd();
        stat.WaitForExit();
        return long.Parse(said, CultureInfo.InvariantCulture);
    }

    private async Task<int> StopAsync(KioskProcess kiosk)
    {
        using var patience = new CancellationTokenSource(Scene.Patience, time);
        await kiosk.StopAsync(patience.Token);
        await kiosk.Ended;
        _green += kiosk.Taps.Count;
        return kiosk.ExitCode;
    }
}
