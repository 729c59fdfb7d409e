using System.Globalization;
using System.Text;

namespace KyCuong.PowerCut;

/// <summary>What came of some images.</summary>
/// <param name="Made">Images.</param>
/// <param name="Wrong">Images of which something is wrong.</param>
/// <param name="Lossy">Of those, the ones that lost what was acknowledged.</param>
/// <param name="First">The first wrong one: its number and what is wrong.</param>
/// <param name="Acknowledged">Highest number acknowledged in the whole recording.</param>
/// <param name="Corrected">Bytes in which the recording differed from the disk, over all looks.</param>
internal sealed record ImageResult(int Made, int Wrong, int Lossy, (int Image, List<string> Problems)? First, ulong Acknowledged, long Corrected);

/// <summary>Makes images of one victim from a recording and has them recovered. Not thread-safe.</summary>
internal sealed class Images(Recording recording, Victim victim, string scratch, int seed)
{
    private readonly string _database = Path.Combine(recording.Root, victim.Database);

    /// <summary>
    /// Makes and recovers so many. Each image is chosen by the seed and its number alone, so that it is the same one when it
    /// is made alone.
    /// </summary>
    /// <param name="count">Images.</param>
    /// <param name="only">This one alone, kept as it was before recovery; null: all.</param>
    /// <param name="asIfUnsynced">Take syncs of files with this ending as not done; null: none. Must lose what was acknowledged.</param>
    /// <param name="untilFirst">Stop at the first wrong one.</param>
    public async Task<ImageResult> RunAsync(int count, int? only = null, string? asIfUnsynced = null, bool untilFirst = false)
    {
        var events = Events(asIfUnsynced);
        var truth = await TruthAsync(events);
        var relevant = Moments(events);
        var cuts = Enumerable.Range(0, count).Where(i => only is null || only == i)
            .Select(i => (Image: i, Random: new Random(HashCode(seed, i)))).Select(image => (image.Image, image.Random, At: Choose(image.Random, relevant)))
            .OrderBy(cut => cut.At).ToList();
        var disk = new Disk();
        var promise = new Promise(victim.Promise);
        int next = 0, made = 0, wrong = 0, lossy = 0;
        (int, List<string>)? first = null;
        foreach (var (image, random, at) in cuts)
        {
            for (; next < at; next++)
            {
                disk.Apply(events[next]);
                promise.Hear(events[next]);
            }

            var files = disk.AfterPowerCut(Path.GetDirectoryName(_database)!, [.. Victim.FilesOf(Path.GetFileName(_database))], random);
            var folder = Path.Combine(scratch, only is null ? victim.Name : $"{victim.Name}-{image}");
            var database = Lay(folder, files);
            if (only is not null) Lay(folder + "-before", files);
            var problems = await victim.RecoverAsync(database, promise.Kept, truth);
            made++;
            if (problems.Count == 0) continue;
            wrong++;
            if (problems.Exists(problem => problem.StartsWith("lost", StringComparison.Ordinal))) lossy++;
            problems.Insert(0, string.Create(CultureInfo.InvariantCulture, $"power cut after event {at} of {events.Count}, acknowledged up to {promise.Kept}"));
            first ??= (image, problems);
            if (untilFirst) break;
        }

        for (; next < events.Count; next++)
        {
            disk.Apply(events[next]);
            promise.Hear(events[next]);
        }

        return new ImageResult(made, wrong, lossy, first, promise.Kept, disk.Corrected);
    }

    private List<DiskEvent> Events(string? asIfUnsynced)
    {
        if (asIfUnsynced is null) return [.. recording.Events];
        var dropped = recording.Events.Where(e => e.Kind == DiskEventKind.FileOpened && e.Name.EndsWith(asIfUnsynced, StringComparison.Ordinal)).Select(e => (e.Process, e.File)).ToHashSet();
        return [.. recording.Events.Where(e => e.Kind != DiskEventKind.SyncEnded || !dropped.Contains((e.Process, e.File)))];
    }

    private async Task<IReadOnlyList<KnownEntry>> TruthAsync(List<DiskEvent> events)
    {
        var disk = new Disk();
        foreach (var e in events) disk.Apply(e);
        var files = new Dictionary<string, byte[]>();
        foreach (var path in Victim.FilesOf(_database))
            if (disk.Cached(path) is { } content) files.Add(Path.GetFileName(path), content);
        return await victim.TruthAsync(Lay(Path.Combine(scratch, victim.Name + "-truth"), files));
    }

    /// <summary>Moments right after something happened to the victim's files, and right after it promised something.</summary>
    private (List<int> Changes, List<int> Promises) Moments(List<DiskEvent> events)
    {
        var (changes, promises) = (new List<int>(), new List<int>());
        var files = new HashSet<(int, ulong)>();
        var mine = Path.GetDirectoryName(_database)!;
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            if (e.Kind == DiskEventKind.FileOpened)
            {
                if (Victim.FilesOf(_database).Contains(e.Name)) files.Add((e.Process, e.File));
                else files.Remove((e.Process, e.File));
            }

            if (e.Kind == DiskEventKind.Said && Encoding.UTF8.GetString(e.Data).Contains(victim.Promise, StringComparison.Ordinal)) promises.Add(i + 1);
            else if (e.Kind != DiskEventKind.Said && (files.Contains((e.Process, e.File)) || (e.Name.StartsWith(mine, StringComparison.Ordinal) && e.Kind != DiskEventKind.FileOpened))) changes.Add(i + 1);
        }

        return (changes, promises);
    }

    private static int Choose(Random random, (List<int> Changes, List<int> Promises) moments)
    {
        var among = random.Next(2) == 0 ? moments.Changes : moments.Promises;
        return among[random.Next(among.Count)];
    }

    private string Lay(string folder, Dictionary<string, byte[]> files)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in files) File.WriteAllBytes(Path.Combine(folder, name), content);
        return Path.Combine(folder, Path.GetFileName(_database));
    }

    /// <summary>The same on every machine and in every run, unlike <see cref="System.HashCode"/>.</summary>
    private static int HashCode(int seed, int image) => unchecked((seed * 16777619) ^ (image * -1640531535));
}
