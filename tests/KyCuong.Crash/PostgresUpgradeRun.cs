using KyCuong.Server.Store;
using KyCuong.Server.Store.Postgres;
using KyCuong.Testing;
using KyCuong.Verify;
using Microsoft.Extensions.Logging.Abstractions;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Crash;

/// <summary>
/// Brings stores of earlier schemas forward on PostgreSQL (reliability R11), whole, and with the server or PostgreSQL killed at what they say to each
/// other on the way: what is found is the schema before or one after it, never something between; every row is as it was; a copy that
/// <c>pg_restore</c> reads was made before anything changed; the next start finishes.
/// </summary>
internal sealed class PostgresUpgradeRun(Postgres postgres, int? sample, Share share, Random random, TimeProvider time)
{
    private const string Newest = "newest";
    private const string Old = "old";
    private const string Work = "work";
    private const string Growing = "growing";
    private const string Copied = "copied";
    private const int Wrong = 1;

    private static readonly (string Victim, LineHit When)[] Ways =
    [
        ("server", LineHit.Before), ("PostgreSQL", LineHit.Answered), ("server", LineHit.After), ("PostgreSQL", LineHit.Before), ("server", LineHit.Answered), ("PostgreSQL", LineHit.After),
    ];

    private static readonly string[] Whole = ["brought forward whole"];

    // What the server notes of itself, and what it adds to a row it is shown again.
    private static readonly string[] Its = ["kiosks.known_until_us", "kiosks.seen_us", "kiosks.software"];

    private readonly Dictionary<int, List<string>> _catalogues = [];

    /// <summary>What is wrong, as sentences.</summary>
    public Task<List<string>> RunAsync() => Scratch.RunAsync("kycuong-upgrade-", time, RunAsync);

    private async Task<List<string>> RunAsync(string root)
    {
        var last = PostgresMigrator.Shipped.Count;
        await postgres.MakeAsync(Growing);
        for (var version = 1; version <= last; version++)
        {
            PostgresSchema.Make(At(Growing), version);
            _catalogues.Add(version, PostgresSchema.Catalogue(At(Growing)));
        }

        var problems = new List<string>();
        foreach (var folder in Release.Kept)
        {
            if (Release.Text(folder, Release.PostgresStore) is not { } statements) continue;
            var name = Path.GetFileName(folder);
            await postgres.MakeAsync(Old);
            PostgresSchema.Run(At(Old), statements);
            await postgres.MakeAsync(Newest, Old);
            var facts = Release.Read(folder, Release.PostgresFacts);
            if (StoreRows.Postgres(At(Newest)).Scalar("SELECT count(*) FROM taps") != facts.Taps) problems.Add($"release {name}: its taps are not those that were in it");
            problems.AddRange((await ForwardAsync(Lay(root, name, Newest), Newest, facts.Schema, facts.Schema, OutsideHead.Parse(facts.LogHead))).Select(problem => $"release {name}: {problem}"));
        }

        if (problems.Count > 0) return problems;
        // The oldest comes last: it has the longest way, on which somebody is killed.
        foreach (var version in Spread.Over(last - 1, Whole, sample, share, random).Select(chosen => (int)chosen.At).Append(1).Distinct().OrderDescending())
        {
            await postgres.MakeAsync(Old);
            PostgresSchema.Make(At(Old), version);
            PostgresSchema.Fill(At(Old), At(Newest));
            await postgres.MakeAsync(Work, Old);
            problems.AddRange((await ForwardAsync(Lay(root, $"v{version}", Work), Work, version, version)).Select(problem => $"schema {version}: {problem}"));
        }

        return problems.Count > 0 ? problems : await KillAsync(root);
    }

    private async Task<List<string>> KillAsync(string root)
    {
        var folder = Path.Combine(root, "line");
        Directory.CreateDirectory(folder);
        await using var line = new PostgresLine(folder, postgres.Cluster);
        await postgres.MakeAsync(Work, Old);
        line.Order(LineHit.Never, 0, () => Task.CompletedTask);
        var (code, said) = await OpenAsync(Lay(root, "counted", Work, folder), _ => { });
        if (code != 0) return [$"nobody killed anything: it ended with {code}: {said}"];
        var told = line.Told;
        Console.WriteLine($"  PostgreSQL is told {told} times from schema 1 to {PostgresMigrator.Shipped.Count}");
        var problems = new List<string>();
        var hits = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var found = new SortedDictionary<int, int>();
        foreach (var (at, (victim, when)) in Spread.Over(told, Ways, sample, share, random))
        {
            await postgres.MakeAsync(Work, Old);
            var data = Lay(root, $"at{at}-{victim}-{when}", Work, folder);
            (code, said) = await OpenAsync(data, process => line.Order(when, (int)at, victim == "server" ? () => Task.Run(process.Kill) : postgres.CrashAsync));
            await line.Hit;
            if (line.First.Length > 0) hits[victim] = hits.GetValueOrDefault(victim) + 1;
            var wrong = new List<string>();
            // A server whose database went away says so; one that was killed says nothing.
            if (victim != "server" && code is not (0 or Wrong)) wrong.Add($"the server ended with {code}: {said}");
            if (victim != "server" && code == Wrong && said.Contains("   at ", StringComparison.Ordinal)) wrong.Add($"the server did not say in a sentence why it ended: {said}");
            var version = PostgresSchema.Version(At(Work));
            found[version] = found.GetValueOrDefault(version) + 1;
            wrong.AddRange(Between(data, version));
            Postgres.Configure(data, At(Work));
            if (wrong.Count == 0) wrong = await ForwardAsync(data, Work, version, 1);
            problems.AddRange(wrong.Select(problem => $"{victim} {when} {at} ({line.First}), schema {version}: {problem}"));
            if (wrong.Count == 0) Directory.Delete(data, recursive: true);
            if (problems.Count > 20) break;
        }

        Console.WriteLine($"  {string.Join(", ", hits.Select(hit => $"{hit.Key} killed {hit.Value} times"))}; found afterwards: {string.Join(", ", found.Select(schema => $"schema {schema.Key} {schema.Value} times"))}");
        if (hits.Count == 0) problems.Add("nothing was killed");
        return problems;
    }

    private string At(string database) => postgres.ConnectionTo(database);

    /// <summary>A data directory whose server keeps its store there.</summary>
    private string Lay(string root, string name, string database, string? line = null)
    {
        var data = DataDirectory.Open(Path.Combine(root, name));
        Postgres.Configure(data.Root, postgres.ConnectionTo(database, line));
        return data.Root;
    }

    /// <summary>A command of the built server that opens the store, and so brings it forward.</summary>
    private async Task<(int Code, string Said)> OpenAsync(string data, Action<ServerProcess> started)
    {
        await using var process = ServerProcess.Command("log", "head", "--data", data);
        started(process);
        await process.Ended.WaitAsync(Scene.Patience, time);
        return (process.ExitCode, string.Join(" / ", process.Said));
    }

    /// <summary>What is wrong with a store as a kill left it.</summary>
    private List<string> Between(string data, int version)
    {
        if (version == 0) return ["it is no store any more"];
        var problems = new List<string>();
        if (!PostgresSchema.Catalogue(At(Work)).SequenceEqual(_catalogues[version])) problems.Add("its tables are not those of the schema it says it has");
        if (!PostgresSchema.Rows(At(Old), At(Work), Its).SequenceEqual(PostgresSchema.Rows(At(Work), At(Old), Its))) problems.Add("rows changed");
        if (version > 1 && Copies(data, 1).Length == 0) problems.Add("there is no copy of what was before it was changed");
        return problems;
    }

    private static string[] Copies(string data, int version)
    {
        var folder = Path.Combine(data, "backups");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, $"before-migration-v{version}-*.dump") : [];
    }

    /// <summary>Brings a store forward here and says what is wrong with what came of it.</summary>
    /// <param name="data">Of its server.</param>
    /// <param name="database">It; what it was before lies in <see cref="Old"/>.</param>
    /// <param name="version">Its schema now.</param>
    /// <param name="first">Its schema before anybody changed it.</param>
    /// <param name="head">Where its log ended; null: it had none.</param>
    private async Task<List<string>> ForwardAsync(string data, string database, int version, int first, OutsideHead? head = null)
    {
        var directory = DataDirectory.Open(data);
        await ServerStore.Open(directory, new StoreOptions { Kind = StoreKind.Postgres, ConnectionString = At(database) }, time, NullLoggerFactory.Instance).DisposeAsync();
        var (problems, last) = (new List<string>(), PostgresMigrator.Shipped.Count);
        if (PostgresSchema.Version(At(database)) != last) problems.Add("it was not brought forward");
        if (!PostgresSchema.Catalogue(At(database)).SequenceEqual(_catalogues[last])) problems.Add("its tables are not those of the newest schema");
        if (version < last && Copies(data, version).Length == 0) problems.Add("there is no copy of what was before");
        foreach (var copy in first < last ? Copies(data, first) : []) problems.AddRange(await CopyAsync(copy, first));
        if (Directory.Exists(directory.BackupFolder) && Directory.GetFiles(directory.BackupFolder, "migration.tmp*").Length > 0) problems.Add("an unfinished copy was left");
        var (was, now) = (PostgresSchema.Rows(At(Old), At(database), Its), PostgresSchema.Rows(At(database), At(Old), Its));
        if (!was.SequenceEqual(now)) problems.Add($"rows changed: {string.Join("; ", was.Except(now).Take(2))} became {string.Join("; ", now.Except(was).Take(2))}");
        using var store = VerifiedStore.OpenPostgres($"{At(database)};Pooling=false");
        var verification = Verification.Of(store, head is null ? [] : [head]);
        problems.AddRange(verification.Findings.Take(3).Select(finding => $"the verifier finds {finding}"));
        if (verification.Entries == 0) problems.Add("it has no journal entries");
        return problems;
    }

    /// <summary>What is wrong with the copy that was made before a store of this schema was changed.</summary>
    private async Task<List<string>> CopyAsync(string copy, int version)
    {
        await postgres.MakeAsync(Copied);
        await postgres.RestoreAsync(copy, Copied);
        var problems = new List<string>();
        if (!PostgresSchema.Catalogue(At(Copied)).SequenceEqual(_catalogues[version])) problems.Add("the copy's tables are not those of the schema before");
        if (!PostgresSchema.Rows(At(Old), At(Old)).SequenceEqual(PostgresSchema.Rows(At(Copied), At(Old)))) problems.Add("the copy's rows are not those from before");
        return problems;
    }
}
