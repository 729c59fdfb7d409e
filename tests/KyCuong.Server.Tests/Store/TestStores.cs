using System.Globalization;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Postgres;
using Npgsql;

namespace KyCuong.Server.Tests.Store;

/// <summary>
/// The one place that says which kind of store the tests run on: SQLite, or with <c>KYCUONG_TEST_STORE=postgres</c> the
/// PostgreSQL that <c>KYCUONG_TEST_POSTGRES</c> names (a connection string whose account may make databases). Each store
/// is a database of its own, copied from one that is migrated once.
/// </summary>
internal static class TestStores
{
    private static readonly Lazy<string> Template = new(MakeTemplate);
    private static int _made;

    /// <summary>What the tests run on.</summary>
    public static StoreKind Kind => Environment.GetEnvironmentVariable("KYCUONG_TEST_STORE") switch
    {
        null or "" or "sqlite" => StoreKind.Sqlite,
        "postgres" => StoreKind.Postgres,
        var other => throw new InvalidOperationException($"KYCUONG_TEST_STORE is {other}; it must be sqlite or postgres."),
    };

    /// <summary>Options of a new, empty store.</summary>
    public static StoreOptions New(StoreOptions? bounds = null)
    {
        bounds ??= new StoreOptions();
        return Kind == StoreKind.Sqlite ? bounds : bounds with { Kind = StoreKind.Postgres, ConnectionString = Copy(Template.Value) };
    }

    /// <summary>Connection string of a new database without anything in it.</summary>
    public static string NewDatabase() => Copy("template0");

    /// <summary>Says in a data directory's settings which store it has; nothing to say for SQLite.</summary>
    public static StoreOptions Configure(string directory, string otherSettings = "")
    {
        var options = New();
        var storage = options.Kind == StoreKind.Sqlite ? "" : $$""" "storage": { "provider": "postgres", "connectionString": "{{options.ConnectionString}}" }, """;
        File.WriteAllText(Path.Combine(directory, "server.json"), $"{{ {storage} {otherSettings} }}");
        return options;
    }

    /// <summary>Removes a store's database; what lies in its directory goes with that.</summary>
    public static void Drop(StoreOptions options)
    {
        if (options.Kind == StoreKind.Postgres) Drop(options.ConnectionString);
    }

    /// <summary>Removes a database, whoever is connected.</summary>
    public static void Drop(string connectionString) =>
        Execute($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Asks the database server's own database.</summary>
    public static void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(Server("postgres"));
        connection.Open();
#pragma warning disable CA2100 // The texts are the tests' own.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string Copy(string template)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _made)}");
        Execute($"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'");
        return Server(name);
    }

    private static string MakeTemplate()
    {
        var template = Copy("template0");
        using var connection = new NpgsqlConnection(template);
        connection.Open();
        PostgresMigrator.Migrate(connection, template, PostgresMigrator.Shipped, 0, _ => { });
        return connection.Database;
    }

    private static string Server(string database)
    {
        var server = Environment.GetEnvironmentVariable("KYCUONG_TEST_POSTGRES");
        if (string.IsNullOrEmpty(server)) throw new InvalidOperationException("KYCUONG_TEST_POSTGRES names no PostgreSQL; tests/postgres.sh starts one.");
        return new NpgsqlConnectionStringBuilder(server) { Database = database, Pooling = false }.ConnectionString;
    }
}
