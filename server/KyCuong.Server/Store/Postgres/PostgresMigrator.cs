using System.Globalization;
using KyCuong.Server.Cli;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// Brings a PostgreSQL store to the newest schema, as <see cref="Sqlite.SqliteMigrator"/> does: numbered SQL, forward only,
/// one transaction each. What has run stands in the table <c>schema_versions</c>, which also marks a database as a store.
/// </summary>
internal static class PostgresMigrator
{
    /// <summary>The migrations that this server carries, in order.</summary>
    public static IReadOnlyList<Migration> Shipped { get; } = Migration.Load("Postgres");

    /// <summary>Runs what the store has not seen yet.</summary>
    /// <param name="connection">The writer; it holds the store's lock.</param>
    /// <param name="place">The database, for people.</param>
    /// <param name="migrations">In order, numbered from 1.</param>
    /// <param name="nowUs">UTC µs.</param>
    /// <param name="backUp">Called once with the old version before a store that is not new is changed.</param>
    /// <returns>The numbers of the migrations that ran.</returns>
    /// <exception cref="CommandException">The database is no store, or of a newer server.</exception>
    public static IReadOnlyList<int> Migrate(NpgsqlConnection connection, string place, IReadOnlyList<Migration> migrations, long nowUs, Action<int> backUp)
    {
        var tables = Number(connection, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')");
        var isStore = Number(connection, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = 'schema_versions'") == 1;
        if (!isStore && tables > 0) throw new CommandException(StoreText.Get("Postgres.NoStore", place));
        var version = isStore ? Number(connection, "SELECT coalesce(max(number), 0) FROM schema_versions") : 0;
        if (version > migrations.Count) throw new CommandException(StoreText.Get("NewerSchema", place, version, migrations.Count));
        if (isStore && version < migrations.Count) backUp(version);

        var ran = new List<int>();
        foreach (var migration in migrations.Skip(version))
        {
            using var transaction = connection.BeginTransaction();
            if (migration.Number == 1) Execute(connection, "CREATE TABLE schema_versions (number integer PRIMARY KEY, name text NOT NULL, applied_us bigint NOT NULL)");
            Execute(connection, migration.Sql);
            using (var note = new NpgsqlCommand("INSERT INTO schema_versions VALUES ($1, $2, $3)", connection))
            {
                note.Parameters.Add(new NpgsqlParameter { Value = migration.Number });
                note.Parameters.Add(new NpgsqlParameter { Value = migration.Name });
                note.Parameters.Add(new NpgsqlParameter { Value = nowUs });
                note.ExecuteNonQuery();
            }

            transaction.Commit();
            ran.Add(migration.Number);
        }

        return ran;
    }

    private static int Number(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // The texts are the constants above.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // The migrations this server carries.
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
