using System.Diagnostics;
using Npgsql;

namespace KyCuong.Crash;

/// <summary>The cluster that <c>tests/crash.sh --store postgres</c> started, and one empty database in it.</summary>
/// <param name="cluster">Its directory, which is also its socket's.</param>
internal sealed class Postgres(string cluster)
{
    private const string Database = "crash";

    /// <summary>The one that <c>tests/crash.sh</c> made; null: PostgreSQL is not there.</summary>
    public static Postgres? Given => Environment.GetEnvironmentVariable("KYCUONG_CRASH_POSTGRES") is { Length: > 0 } cluster ? new Postgres(cluster) : null;

    /// <summary>How the database is reached.</summary>
    public string Connection => ConnectionTo(Database);

    /// <summary>Where the cluster lies, and its socket.</summary>
    public string Cluster => cluster;

    /// <summary>How a database is reached.</summary>
    /// <param name="database">Its name.</param>
    /// <param name="line">Where its socket is; null: the cluster's own.</param>
    public string ConnectionTo(string database, string? line = null) => $"Host={line ?? cluster};Username=kycuong;Database={database}";

    /// <summary>Makes a database anew, as a copy of another that nobody is connected to.</summary>
    public async Task MakeAsync(string database, string template = "template0")
    {
        await using var connection = new NpgsqlConnection($"{ConnectionTo("postgres")};Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in new[] { $"DROP DATABASE IF EXISTS {database} WITH (FORCE)", $"CREATE DATABASE {database} TEMPLATE {template} ENCODING 'UTF8'" })
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names that this program gave.
            command.CommandText = statement;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Makes the database anew, and has the server of this directory keep its store there.</summary>
    /// <param name="serverData">The directory.</param>
    /// <param name="line">The socket the server is to take; null: the cluster's own.</param>
    public async Task BeginAsync(string serverData, string? line = null)
    {
        await MakeAsync(Database);
        Configure(serverData, ConnectionTo(Database, line));
    }

    /// <summary>Has the server of a directory keep its store in a database.</summary>
    public static void Configure(string serverData, string connection)
    {
        Directory.CreateDirectory(serverData);
        File.WriteAllText(Path.Combine(serverData, "server.json"), $$"""{ "storage": { "provider": "postgres", "connectionString": "{{connection}}" } }""");
    }

    /// <summary>Has PostgreSQL's own <c>pg_restore</c> read a copy into an empty database.</summary>
    /// <exception cref="InvalidOperationException">It could not, or not all of it.</exception>
    public Task RestoreAsync(string copy, string database) =>
        RunAsync("pg_restore", "--host", cluster, "--username", "kycuong", "--exit-on-error", "--dbname", database, copy);

    /// <summary>Writes the database as statements, which need nothing but a connection and no certain release of PostgreSQL.</summary>
    public async Task DumpAsync(string file)
    {
        await RunAsync("pg_dump", "--host", cluster, "--username", "kycuong", "--no-owner", "--no-privileges", "--rows-per-insert=100", "--file", file, Database);
        // What only the psql of a later release understands.
        var lines = (await File.ReadAllLinesAsync(file)).Where(line => !line.StartsWith('\\') && !line.StartsWith("SET transaction_timeout", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(file, lines);
    }

    /// <summary>Ends all its processes at once and starts it again; it then recovers from its log.</summary>
    public async Task CrashAsync()
    {
        try
        {
            await RunAsync("bash", "tests/postgres-cluster.sh", "crash", cluster);
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException($"PostgreSQL does not start again after its crash; see {cluster}/log", problem);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false }) ?? throw new InvalidOperationException($"{program} does not start");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
