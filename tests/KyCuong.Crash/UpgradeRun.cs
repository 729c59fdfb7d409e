using KyCuong.Server.Features.Demo;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Sqlite;
using KyCuong.Testing;
using KyCuong.Verify;
using Microsoft.Extensions.Logging.Abstractions;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Crash;

/// <summary>
/// Brings stores and journals of earlier schemas forward (reliability R11), whole and killed at disk calls on the way: what is found is the schema
/// before or one after it, never something between; every row is as it was; a copy of what was before is there before anything changed.
/// </summary>
internal sealed class UpgradeRun(string victim, int? sample, Share share, Random random, TimeProvider time)
{
    /// <summary>What is brought forward.</summary>
    public static readonly string[] Victims = ["store", "journal"];

    private const int Killed = 128 + 9;

    /// <summary>Calls of a starting kiosk among which the journal is opened and brought forward; later ones are those of any start.</summary>
    private const int JournalCalls = 40;

    private static readonly FaultAction[] Actions = [FaultAction.KillBefore, FaultAction.KillHalf, FaultAction.KillAfter];

    // What the server notes of itself, and what it adds to a row it is shown again.
    private static readonly string[] Its = ["kiosks.known_until_us", "kiosks.seen_us", "kiosks.software"];

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Scratch.RunAsync("kycuong-upgrade-", time, root => victim == "store" ? StoreAsync(root) : JournalAsync(root));

    private async Task<List<string>> StoreAsync(string root)
    {
        var problems = new List<string>();
        var newest = Path.Combine(root, "newest.db");
        foreach (var folder in Release.Kept)
        {
            var release = Release.Read(folder);
            Release.Unpack(folder, Release.Store, newest);
            var name = Path.GetFileName(folder);
            problems.AddRange((await ForwardAsync(Lay(root, name, File.ReadAllBytes(newest)), newest, release.Schema)).Select(problem => $"release {name}: {problem}"));
        }

        var last = SchemaFile.Version(newest);
        var old = Path.Combine(root, "old.db");
        for (var version = last - 1; version >= 1; version--)
        {
            SchemaFile.MakeStore(old, version, newest);
            var made = version;
            problems.AddRange((await ForwardAsync(Lay(root, $"v{version}", File.ReadAllBytes(old)), old, version)).Select(problem => $"schema {made}: {problem}"));
        }

        if (problems.Count > 0) return problems;
        // The oldest one has the longest way.
        var oldest = await File.ReadAllBytesAsync(old);
        using var control = new FaultControl(Path.Combine(root, "faults.control"));
        control.Order(FaultAction.Count);
        if (await OpenAsync(control, Lay(root, "counted", oldest)) is var code and not 0) return [$"nobody killed anything: it ended with {code}"];
        var calls = control.Calls;
        Console.WriteLine($"  {calls} calls from schema 1 to {SqliteMigrator.Shipped.Count}: {control.Census}");
        var (hit, found) = (0, new SortedDictionary<int, int>());
        foreach (var (at, action) in Spread.Over(calls, Actions, sample, share, random))
        {
            var data = Lay(root, $"at{at}-{action}", oldest);
            control.Order(action, at);
            code = await OpenAsync(control, data);
            if (code == Killed) hit++;
            else if (code != 0) problems.Add($"{action} call {at}: it ended with {code}");
            var version = SchemaFile.Version(Path.Combine(data, "store.db"));
            found[version] = found.GetValueOrDefault(version) + 1;
            var wrong = Between(data, version);
            if (wrong.Count == 0) wrong = await ForwardAsync(data, old, version);
            problems.AddRange(wrong.Select(problem => $"{action} call {at} ({control.First}), schema {version}: {problem}"));
            if (wrong.Count == 0) Directory.Delete(data, recursive: true);
            if (problems.Count > 20) break;
        }

        Console.WriteLine($"  {hit} kills; found afterwards: {string.Join(", ", found.Select(schema => $"schema {schema.Key} {schema.Value} times"))}");
        if (hit == 0) problems.Add("nothing was killed");
        return problems;
    }

    /// <summary>A data directory with this store.</summary>
    private static string Lay(string root, string name, byte[] store)
    {
        var data = DataDirectory.Open(Path.Combine(root, name));
        File.WriteAllBytes(data.StoreFile, store);
        return data.Root;
    }

    /// <summary>A command that opens the store, and so brings it forward.</summary>
    private async Task<int> OpenAsync(FaultControl control, string data)
    {
        using var patience = new CancellationTokenSource(Scene.Patience, time);
        return await ServerProcess.ExitCodeAsync(control.Environ(data), patience.Token, "log", "head", "--data", data);
    }

    /// <summary>What is wrong with a store as a kill left it.</summary>
    private static List<string> Between(string data, int version)
    {
        var store = Path.Combine(data, "store.db");
        var problems = SchemaFile.Problems(store);
        if (!SchemaFile.Catalogue(store).SequenceEqual(SchemaFile.StoreCatalogue(version))) problems.Add("its tables are not those of the schema it says it has");
        if (version > 1) problems.AddRange(Copy(data, 1));
        return problems;
    }

    /// <summary>What is wrong with the copy made before a store of this schema was changed.</summary>
    private static IEnumerable<string> Copy(string data, int version)
    {
        var folder = Path.Combine(data, "backups");
        var copies = Directory.Exists(folder) ? Directory.GetFiles(folder, $"before-migration-v{version}-*.db") : [];
        if (copies.Length == 0) return [$"there is no copy of what was before schema {version} was changed"];
        return copies.SelectMany(copy => SchemaFile.Problems(copy).Concat(SchemaFile.Version(copy) == version ? [] : [$"the copy says it has schema {SchemaFile.Version(copy)}"]));
    }

    /// <summary>Brings a store forward here and says what is wrong with what came of it.</summary>
    private async Task<List<string>> ForwardAsync(string data, string before, int version)
    {
        var directory = DataDirectory.Open(data);
        await ServerStore.Open(directory, new StoreOptions(), time, NullLoggerFactory.Instance).DisposeAsync();
        var problems = new List<string>();
        if (SchemaFile.Version(directory.StoreFile) != SqliteMigrator.Shipped.Count) problems.Add("it was not brought forward");
        problems.AddRange(SchemaFile.Problems(directory.StoreFile));
        if (!SchemaFile.Catalogue(directory.StoreFile).SequenceEqual(SchemaFile.StoreCatalogue(SqliteMigrator.Shipped.Count))) problems.Add("its tables are not those of the newest schema");
        if (version < SqliteMigrator.Shipped.Count) problems.AddRange(Copy(data, version));
        if (Directory.Exists(directory.BackupFolder) && Directory.GetFiles(directory.BackupFolder, "migration.tmp*").Length > 0) problems.Add("an unfinished copy was left");
        var (was, now) = (SchemaFile.Rows(before, directory.StoreFile, Its), SchemaFile.Rows(directory.StoreFile, before, Its));
        if (!was.SequenceEqual(now)) problems.Add($"rows changed: {string.Join("; ", was.Except(now).Take(2))} became {string.Join("; ", now.Except(was).Take(2))}");
        using var store = VerifiedStore.OpenFile(directory.StoreFile);
        var verification = Verification.Of(store, []);
        problems.AddRange(verification.Findings.Take(3).Select(finding => $"the verifier finds {finding}"));
        if (verification.Entries == 0) problems.Add("it has no journal entries");
        return problems;
    }

    private async Task<List<string>> JournalAsync(string root)
    {
        await using var scene = await Scene.OpenAsync(root, time);
        var gate = await scene.EnrolAsync();
        await using (var kiosk = KioskProcess.Run(gate))
        {
            if (await scene.WorkAsync(kiosk, 8, roster: true) is { } problem) return [problem];
            await StopAsync(kiosk);
        }

        // Copies of one disk that all met the server would be clones of one another.
        await scene.StopServerAsync();
        var journal = Path.Combine(gate, "journal.db");
        var (present, newest) = (SchemaFile.Version(journal), SchemaFile.Catalogue(journal));
        // Schema 1 is without what the second migration made.
        SchemaFile.Open(journal, connection =>
        {
            SchemaFile.Execute(connection, "DROP TABLE lost_entries");
            SchemaFile.Execute(connection, "PRAGMA user_version = 1");
            return 0;
        });
        var (oldest, before) = (SchemaFile.Catalogue(journal), Entries(journal));
        var problems = new List<string>();
        var (hit, found) = (0, new SortedDictionary<int, int>());
        foreach (var (at, action) in Spread.Over(JournalCalls, Actions, sample, share, random))
        {
            var data = Path.Combine(root, $"at{at}-{action}");
            Scene.Copy(gate, data);
            var copy = Path.Combine(data, "journal.db");
            scene.Control.Order(action, at);
            await using (var kiosk = KioskProcess.Run(data, scene.Control.Environ(data)))
            {
                await scene.UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.ReadyAsync(default).IsCompleted);
                if (kiosk.Ended.IsCompleted && scene.Control.FirstNs != 0) hit++;
                await kiosk.KillAsync();
            }

            var wrong = new List<string>();
            var version = SchemaFile.Version(copy);
            found[version] = found.GetValueOrDefault(version) + 1;
            if (version != 1 && version != present) wrong.Add("no schema that there ever was");
            else if (!SchemaFile.Catalogue(copy).SequenceEqual(version == 1 ? oldest : newest)) wrong.Add("its tables are not those of the schema it says it has");
            wrong.AddRange(SchemaFile.Problems(copy));
            if (!Entries(copy).Take(before.Count).SequenceEqual(before)) wrong.Add("entries changed");
            await using (var kiosk = KioskProcess.Run(data))
            {
                if (!await scene.UntilAsync(() => kiosk.Ended.IsCompleted || kiosk.ReadyAsync(default).IsCompleted) || !await scene.Taps.PlayAsync(kiosk, 1, Scene.Patience))
                    wrong.Add($"started again, it takes no tap: {string.Join(" / ", kiosk.Lines.TakeLast(3))}");
                await StopAsync(kiosk);
            }

            if (SchemaFile.Version(copy) != present || !SchemaFile.Catalogue(copy).SequenceEqual(newest)) wrong.Add("it was not brought forward");
            if (!Entries(copy).Take(before.Count).SequenceEqual(before)) wrong.Add("entries changed as it was brought forward");
            problems.AddRange(wrong.Select(problem => $"{action} call {at} ({scene.Control.First}), schema {version}: {problem}"));
            if (wrong.Count == 0) Directory.Delete(data, recursive: true);
            if (problems.Count > 20) break;
        }

        Console.WriteLine($"  {hit} kills; found afterwards: {string.Join(", ", found.Select(schema => $"schema {schema.Key} {schema.Value} times"))}");
        if (hit == 0) problems.Add("nothing was killed");
        return problems;
    }

    private static List<string> Entries(string journal) => SchemaFile.Open(journal, connection => SchemaFile.Column(connection, "SELECT key || ' ' || hex(record) FROM entries ORDER BY key"));

    private async Task StopAsync(KioskProcess kiosk)
    {
        using var patience = new CancellationTokenSource(Scene.Patience, time);
        await kiosk.StopAsync(patience.Token);
        await kiosk.Ended;
    }
}
