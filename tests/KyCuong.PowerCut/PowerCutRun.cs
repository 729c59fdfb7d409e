using System.Globalization;

namespace KyCuong.PowerCut;

/// <summary>Records, makes images, recovers them, and says what came of it; then the same where losses must be found.</summary>
internal sealed class PowerCutRun(PowerCutOptions options, TimeProvider time)
{
    private const int TapsBetweenStops = 400;
    private const int EntriesOfSmallWriters = 400;

    /// <summary>
    /// Bytes that killed processes may have written without their being written down, over all looks at the disk: the last
    /// change of each. More, and writes come past the recorder.
    /// </summary>
    private const long MostCorrected = 64 * 1024;

    private int _passed;
    private int _failed;

    private string[] Victims => options.Only is { } only ? [only] : ["kiosk", "server"];

    /// <summary>0 when all is well.</summary>
    public async Task<int> RunAsync()
    {
        Console.WriteLine($"powercut: {options.Images} images each, seed {options.Seed}");
        // Images are made and thrown away by the thousand: in memory where there is such a place.
        var scratch = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"kycuong-powercut-{Environment.ProcessId}")).FullName;
        var kept = options.Recording is null ? Directory.CreateTempSubdirectory("kycuong-powercut-").FullName : null;
        try
        {
            await RealAsync(options.Recording ?? Path.Combine(kept!, "recording"), Path.Combine(kept ?? "", "root"), scratch);
            if (options.Recording is null)
            {
                foreach (var victim in Victims) await LosesWithoutWaitingAsync(victim, kept!, scratch);
            }
        }
        finally
        {
            if (options.Image is null) Directory.Delete(scratch, recursive: true);
            if (kept is not null && _failed == 0) Directory.Delete(kept, recursive: true);
        }

        Console.WriteLine($"powercut: {_passed} passed, {_failed} failed, 0 skipped");
        return _failed == 0 ? 0 : 1;
    }

    private Victim Victim(string name) => name == "kiosk" ? new KioskVictim(time) : new ServerVictim(time);

    private async Task RealAsync(string folder, string root, string scratch)
    {
        if (options.Recording is null)
        {
            var start = time.GetTimestamp();
            using var recorder = Recorder(Directory.CreateDirectory(root).FullName, folder);
            await new RealLoad(recorder, root, options.Seed, time).RunAsync(TapsBetweenStops);
            Console.WriteLine($"  recorded in {time.GetElapsedTime(start).TotalSeconds:0.0} s");
        }

        var recording = Recording.Read(folder);
        foreach (var name in Victims)
        {
            var start = time.GetTimestamp();
            var images = new Images(recording, Victim(name), scratch, options.Seed);
            var result = await images.RunAsync(options.Images, options.Image);
            var checkpoints = Checkpoints(recording, name);
            Tell(folder, name, string.Create(CultureInfo.InvariantCulture, $"of a gate, {recording.Events.Count} events in all, {checkpoints} syncs of the database, {time.GetElapsedTime(start).TotalSeconds:0.0} s"), result);
            if (options.Image is { } one) Console.WriteLine($"  kept: {Path.Combine(scratch, $"{name}-{one}-before")}, recovered: {Path.Combine(scratch, $"{name}-{one}")}");
            if (options.Image is not null) continue;
            if (result.Corrected > MostCorrected) Console.WriteLine($"  WRONG: the disk differs in {result.Corrected} bytes from what was recorded: something is written past the recorder");
            if (checkpoints == 0) Console.WriteLine("  WRONG: no checkpoint was recorded; the run means little");
            Count(result.Corrected <= MostCorrected && checkpoints > 0);
            await FindsLossesAsync(images, "a log of SQLite whose syncs do nothing", "-wal");
        }
    }

    /// <summary>The product with synchronous=NORMAL, which no configuration can ask for: the harness must find the losses.</summary>
    private async Task LosesWithoutWaitingAsync(string name, string kept, string scratch)
    {
        foreach (var waits in (bool[])[true, false])
        {
            var (folder, root) = (Path.Combine(kept, $"{name}-{waits}"), Directory.CreateDirectory(Path.Combine(kept, $"{name}-{waits}-root")).FullName);
            using (var recorder = Recorder(root, folder))
                await SmallWriters.RunAsync(name, root, EntriesOfSmallWriters, waits, CancellationToken.None);
            var images = new Images(Recording.Read(folder), Victim(name), scratch, options.Seed);
            if (!waits)
            {
                await FindsLossesAsync(images, $"{name} with synchronous=NORMAL", null);
                continue;
            }

            // The same writer as it ought to be loses nothing: it is the setting that the losses come from. It has a checkpoint
            // every few dozen commits.
            Tell(folder, name, "alone with synchronous=FULL", await images.RunAsync(options.Images));
        }
    }

    private async Task FindsLossesAsync(Images images, string what, string? asIfUnsynced)
    {
        var result = await images.RunAsync(Math.Clamp(options.Images / 4, 50, 1000), asIfUnsynced: asIfUnsynced);
        Console.WriteLine($"  {what}: {result.Lossy} of {result.Made} images lost what was acknowledged, as they must");
        if (result.Lossy == 0) Console.WriteLine($"  WRONG: {what}: no loss was found; this harness would find none in the product either");
        Count(result.Lossy > 0);
    }

    private void Tell(string folder, string name, string what, ImageResult result)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name} {what}: {result.Acknowledged} acknowledged; {result.Made} images, {result.Wrong} wrong, {result.Lossy} of them lost what was acknowledged"));
        if (result.First is { } first)
        {
            foreach (var problem in first.Problems) Console.WriteLine($"  WRONG: image {first.Image}: {problem}");
            Console.WriteLine($"  again: tests/powercut.sh --recording {folder} --only {name} --seed {options.Seed} --image {first.Image}");
        }

        Count(result.Wrong == 0);
    }

    /// <summary>Syncs of the database itself: SQLite syncs it at checkpoints only.</summary>
    private static int Checkpoints(Recording recording, string victim)
    {
        var name = victim == "kiosk" ? "journal.db" : "store.db";
        var files = new Dictionary<(int, ulong), bool>();
        var count = 0;
        foreach (var e in recording.Events)
        {
            if (e.Kind == DiskEventKind.FileOpened) files[(e.Process, e.File)] = Path.GetFileName(e.Name) == name;
            else if (e.Kind == DiskEventKind.SyncEnded && files.GetValueOrDefault((e.Process, e.File))) count++;
        }

        return count;
    }

    private Recorder Recorder(string root, string folder)
    {
        if (options.Recorder.Length == 0) throw new InvalidOperationException("start this by tests/powercut.sh, which builds the recorder");
        return new Recorder(options.Recorder, root, folder);
    }

    private void Count(bool good)
    {
        if (good) _passed++;
        else _failed++;
    }
}
