using System.Diagnostics;
using System.Text.RegularExpressions;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Server.Tests.Store;
using Npgsql;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Backups;

/// <summary>
/// A backup put back as a person does it: <c>restore</c>, and with PostgreSQL an empty database and the command that was printed, word for word. The
/// database goes with this.
/// </summary>
internal sealed partial class Drill : IDisposable
{
    private readonly string? _database;

    private Drill(Restored restored, string root, StoreOptions options, string? database)
    {
        (Restored, Root, Options, _database) = (restored, root, options, database);
    }

    /// <summary>What was said.</summary>
    public Restored Restored { get; }

    /// <summary>The new data directory.</summary>
    public string Root { get; }

    /// <summary>How a server opens the store in it.</summary>
    public StoreOptions Options { get; }

    /// <summary>Puts a backup back into a directory that is not there yet.</summary>
    public static async Task<Drill> RunAsync(IngestHost host, string backup, string keyFile, string root)
    {
        var restored = await RestoreCommand.RunAsync(backup, keyFile, root, host.Test.Time);
        if (host.Test.Options.Kind == StoreKind.Sqlite) return new Drill(restored, root, host.Test.Options, null);
        var database = TestStores.NewDatabase();
        var drill = new Drill(restored, root, host.Test.Options with { ConnectionString = database }, database);
        try
        {
            Load(Printed().Match(restored.Said).Value, new NpgsqlConnectionStringBuilder(database));
            return drill;
        }
        catch
        {
            drill.Dispose();
            throw;
        }
    }

    /// <summary>The store as the verifier reads it.</summary>
    public VerifiedStore Verified() => _database is null ? VerifiedStore.OpenFile(Path.Combine(Root, "store.db")) : VerifiedStore.OpenPostgres(_database);

    public void Dispose()
    {
        if (_database is not null) TestStores.Drop(_database);
    }

    private static void Load(string printed, NpgsqlConnectionStringBuilder database)
    {
        Assert.StartsWith("pg_restore ", printed, StringComparison.Ordinal);
        var start = new ProcessStartInfo("sh", ["-c", printed.Replace("TÊN", database.Database, StringComparison.Ordinal)]) { RedirectStandardError = true };
        (start.Environment["PGHOST"], start.Environment["PGUSER"], start.Environment["PGPORT"]) = (database.Host, database.Username, $"{database.Port}");
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(("", 0), (said, process.ExitCode));
    }

    [GeneratedRegex("pg_restore .*$", RegexOptions.Multiline)]
    private static partial Regex Printed();
}
