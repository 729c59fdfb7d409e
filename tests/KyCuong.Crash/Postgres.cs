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
    public string Connection => $"Host={cluster};Username=kycuong;Database={Database}";

    /// <summary>Makes the database anew, and has the server of this directory keep its store there.</summary>
    public async Task BeginAsync(string serverData)
    {
        await using (var connection = new NpgsqlConnection($"Host={cluster};Username=kycuong;Database=postgres;Pooling=false"))
        {
            await connection.OpenAsync();
            foreach (var statement in new[] { $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)", $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING 'UTF8'" })
            {
                await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants above.
                command.CommandText = statement;
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync();
            }
        }

        Directory.CreateDirectory(serverData);
        await File.WriteAllTextAsync(Path.Combine(serverData, "server.json"),
            $$"""{ "storage": { "provider": "postgres", "connectionString": "{{Connection}}" } }""");
    }

    /// <summary>Ends all its processes at once and starts it again; it then recovers from its log.</summary>
    public async Task CrashAsync()
    {
        var start = new ProcessStartInfo("bash") { UseShellExecute = false };
        start.ArgumentList.Add("tests/postgres-cluster.sh");
        start.ArgumentList.Add("crash");
        start.ArgumentList.Add(cluster);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash does not start");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"PostgreSQL does not start again after its crash; see {cluster}/log");
    }
}
