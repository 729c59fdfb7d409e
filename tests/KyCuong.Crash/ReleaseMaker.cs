using System.Text.Json;
using KyCuong.Server.Features.Demo;
using KyCuong.Testing;

namespace KyCuong.Crash;

/// <summary>Has the built server and a built kiosk make a store and a journal, to be kept for ever as those of a release.</summary>
/// <param name="name">Of the release.</param>
/// <param name="to">Where releases are kept.</param>
/// <param name="postgres">Where the server keeps its store, which is then all that is kept; null: a file, and the journal is kept too.</param>
/// <param name="time">The clock.</param>
internal sealed class ReleaseMaker(string name, string to, Postgres? postgres, TimeProvider time)
{
    private const int Taps = 30;

    /// <summary>Writes <c>to/name</c>; 0, or 1 when it is there already or the programs failed.</summary>
    public async Task<int> RunAsync()
    {
        var folder = Path.Combine(to, name);
        var facts = postgres is null ? Release.Facts : Release.PostgresFacts;
        if (File.Exists(Path.Combine(folder, facts)))
        {
            Console.Error.WriteLine($"{folder} is there: what a release made is never made anew");
            return 1;
        }

        var root = Directory.CreateTempSubdirectory("kycuong-release-").FullName;
        if (postgres is not null) await postgres.BeginAsync(Path.Combine(root, "server"));
        await using (var scene = await Scene.OpenAsync(root, time))
        {
            var gate = await scene.EnrolAsync();
            for (var run = 0; run < 2; run++)
            {
                await using var kiosk = KioskProcess.Run(gate);
                if (await scene.WorkAsync(kiosk, Taps / 2, roster: run == 0) is { } problem) throw new InvalidOperationException(problem);
                using var patience = new CancellationTokenSource(Scene.Patience, time);
                if (await kiosk.StopAsync(patience.Token) is var code and not 0) throw new InvalidOperationException($"the kiosk ended with {code}");
            }

            await DecideAsync(scene);
            if (await scene.StopServerAsync() is var ended and not 0) throw new InvalidOperationException($"the server ended with {ended}");
            Directory.CreateDirectory(folder);
            var journal = Path.Combine(gate, "journal.db");
            if (postgres is null) Keep(Path.Combine(scene.ServerData, "store.db"), journal, folder);
            else await KeepAsync(postgres, journal, folder, root);
        }

        Directory.Delete(root, recursive: true);
        Console.WriteLine($"{folder}: {await File.ReadAllTextAsync(Path.Combine(folder, facts))}");
        return 0;
    }

    private static async Task DecideAsync(Scene scene)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var leave = Path.Combine(scene.Root, "leave.csv");
        await File.WriteAllTextAsync(leave, "staff_code,from,to,part,kind,document\nNV001,2026-12-07,2026-12-08,,annual,12/GP\n", patience.Token);
        foreach (var command in (string[][])[
            ["import", "leave", leave],
            ["incident", "declare", "--from", "2026-12-10T06:30", "--to", "2026-12-10T08:00", "--document", "1/BB", "--by", "NV001"],
            ["handkept", "set", "--staff", "NV001", "--from", "2026-12-14", "--to", "2026-12-18", "--document", "3/QĐ", "--by", "NV001"]])
            await ServerProcess.CommandAsync(patience.Token, [.. command, "--data", scene.ServerData]);
    }

    private static void Keep(string store, string journal, string folder)
    {
        foreach (var (file, packed) in ((string, string)[])[(store, Release.Store), (journal, Release.Journal)])
        {
            var copy = file + ".copy";
            SchemaFile.Open(file, connection =>
            {
                SchemaFile.Execute(connection, $"VACUUM INTO '{copy}'");
                return 0;
            });
            Release.Pack(copy, folder, packed);
        }

        Note(Path.Combine(folder, Release.Facts), SchemaFile.Version(store), StoreRows.Sqlite(store), journal);
    }

    private static async Task KeepAsync(Postgres postgres, string journal, string folder, string root)
    {
        var dump = Path.Combine(root, "postgres.sql");
        await postgres.DumpAsync(dump);
        Release.Pack(dump, folder, Release.PostgresStore);
        var rows = StoreRows.Postgres(postgres.Connection);
        Note(Path.Combine(folder, Release.PostgresFacts), (int)rows.Scalar("SELECT max(number) FROM schema_versions"), rows, journal);
    }

    private static void Note(string file, int schema, StoreRows rows, string journal)
    {
        var (last, hash) = StoreRows.Sqlite(journal).Read("SELECT key & 281474976710655, substr(record, -32) FROM entries ORDER BY key DESC LIMIT 1").Single();
        var head = rows.Read("SELECT number, hash FROM log_entries ORDER BY number DESC LIMIT 1").Single();
        var release = new Release(
            schema, SchemaFile.Version(journal), rows.Scalar("SELECT count(*) FROM taps"), rows.Scalar("SELECT count(*) FROM kiosk_events"),
            FormattableString.Invariant($"{head.Number}:{head.Hex.ToLowerInvariant()}"), last, hash.ToLowerInvariant());
        File.WriteAllText(file, JsonSerializer.Serialize(release, Release.Json) + "\n");
    }
}
