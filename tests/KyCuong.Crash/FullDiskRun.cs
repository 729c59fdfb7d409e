using KyCuong.Server.Features.Demo;

namespace KyCuong.Crash;

/// <summary>
/// The server's directory lies on a small disk, which a file that is none of the server's fills up while people tap; later
/// the file goes. The kiosk takes every tap, nothing is acknowledged without room, the server says what is wrong once and goes on by
/// itself, and nothing is lost.
/// </summary>
/// <param name="small">The disk, empty.</param>
/// <param name="time">The clock.</param>
internal sealed class FullDiskRun(string small, TimeProvider time)
{
    private const string Full = "The disk of the store is full";
    private const string Room = "has room again";
    private const int Rounds = 3;

    /// <summary>What is wrong, as sentences.</summary>
    public async Task<List<string>> RunAsync()
    {
        var root = Directory.CreateTempSubdirectory("kycuong-full-").FullName;
        var begin = time.GetTimestamp();
        var problems = new List<string>();
        await using (var scene = await Scene.OpenAsync(root, time, Path.Combine(small, "server")))
        {
            var data = await scene.EnrolAsync();
            await using var kiosk = KioskProcess.Run(data);
            if (await scene.WorkAsync(kiosk, 4, roster: true) is { } problem) return [problem];
            var server = scene.Server!;
            for (var round = 1; round <= Rounds && problems.Count == 0; round++)
            {
                var filler = Path.Combine(small, "filler");
                Fill(filler);
                // The log has room of its own until it is used up.
                var taps = 0;
                while (Said(Full) < round && !server.HasEnded && taps < 5000)
                {
                    await scene.Taps.PlayAsync(kiosk, 50, Scene.Patience);
                    taps += 50;
                    Fill(filler);
                }

                if (Said(Full) < round) problems.Add(server.HasEnded ? "the server ended" : $"{taps} taps found room on a full disk");
                await Task.Delay(TimeSpan.FromSeconds(2), time);
                var acked = kiosk.LastAcked;
                if (!await scene.Taps.PlayAsync(kiosk, 10, Scene.Patience)) problems.Add("the kiosk took no taps while the server's disk was full");
                if (kiosk.LastAcked >= kiosk.LastTap) problems.Add($"taps up to {kiosk.LastAcked} were acknowledged on a full disk (before: {acked})");
                File.Delete(filler);
                if (!await scene.UntilAsync(() => kiosk.LastAcked >= kiosk.LastTap || server.HasEnded)) problems.Add("there is room again and nothing is acknowledged");
                if (server.HasEnded) problems.Add($"the server ended with {server.ExitCode}");
                await scene.Taps.PlayAsync(kiosk, 40, Scene.Patience);
                if (!server.HasEnded && !await scene.UntilAsync(() => Said(Room) >= round)) problems.Add("it did not say that there is room again");
                Console.WriteLine($"  round {round}: full after {taps} taps, {Said(Full)} times said so");
            }

            if (Said(Full) > Rounds) problems.Add($"it said {Said(Full)} times that the disk is full, which it was {Rounds} times");
            if (problems.Count > 0) problems.AddRange(server.Said.TakeLast(10));
            problems.AddRange(await Comparison.QuietAsync(scene, kiosk, data));
            if (await scene.StopServerAsync() is var code and not 0) problems.Add($"the server stopped with {code}");
            problems.AddRange(Comparison.Problems(scene.Store, journals: 1));
            Console.WriteLine($"  {kiosk.Taps.Count} taps green, {time.GetElapsedTime(begin).TotalSeconds:0} s");

            // What it printed: its log lies on the same disk.
            int Said(string words) => server.Said.Count(line => line.Contains(words, StringComparison.Ordinal));
        }

        if (problems.Count > 0) problems.Add($"kept for a look: {root}");
        else Directory.Delete(root, recursive: true);
        return problems;
    }

    private static void Fill(string path)
    {
        using var filler = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) filler.Write(block);
        }
        catch (IOException)
        {
            // No more room: what was wanted.
        }
    }
}
