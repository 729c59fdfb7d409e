using System.Globalization;
using KyCuong.Server.Cli;
using Microsoft.Data.Sqlite;

namespace KyCuong.Server.Store.Sqlite;

/// <summary>
/// Brings a SQLite store to the newest schema: numbered SQL, forward only, one transaction each; a copy is made before a store
/// that holds something is changed (reliability rule D26).
/// </summary>
public static class SqliteMigrator
{
    /// <summary>"KyCu": marks a SQLite file as a store of this server.</summary>
    public const int ApplicationId = 0x4B794375;

    /// <summary>The migrations that this server carries, in order.</summary>
    public static IReadOnlyList<Migration> Shipped { get; } = Migration.Load("Sqlite");

    /// <summary>Runs what the store has not seen yet.</summary>
    /// <param name="connection">The writer.</param>
    /// <param name="migrations">In order, numbered from 1.</param>
    /// <param name="backUp">Called once with the old version before a store that is not new is changed.</param>
    /// <returns>The numbers of the migrations that ran.</returns>
    /// <exception cref="CommandException">The file is no store, or of a newer server.</exception>
    public static IReadOnlyList<int> Migrate(SqliteConnection connection, IReadOnlyList<Migration> migrations, Action<int> backUp)
    {
        var version = Number(connection, "PRAGMA user_version");
        var isNew = version == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && Number(connection, "PRAGMA application_id") != ApplicationId)
            throw new CommandException(StoreText.Get("NoStore", connection.DataSource));
        if (version > migrations.Count)
            throw new CommandException(StoreText.Get("NewerSchema", connection.DataSource, version, migrations.Count));
        if (!isNew && version < migrations.Count) backUp(version);

        var ran = new List<int>();
        foreach (var migration in migrations.Skip(version))
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            Execute(connection, transaction, migration.Sql);
            Execute(connection, transaction, string.Create(CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {migration.Number};"));
            transaction.Commit();
            ran.Add(migration.Number);
        }

        return ran;
    }

    private static int Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
