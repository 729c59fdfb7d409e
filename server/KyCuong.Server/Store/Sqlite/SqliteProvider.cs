using KyCuong.Server.Cli;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Log;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Store.Sqlite;

/// <summary>The store as one SQLite file in the data directory.</summary>
internal sealed partial class SqliteProvider : StoreProvider
{
    private readonly string _file;
    private readonly StoreOptions _options;

    private SqliteProvider(string file, StoreOptions options, StoreWriter writer)
        : base(writer)
    {
        _file = file;
        _options = options;
    }

    /// <summary>Opens the file, makes it if there is none, and brings it to this server's schema. The directory is locked.</summary>
    /// <exception cref="CommandException">The file is no store, is of a newer server, or cannot be read.</exception>
    public static SqliteProvider Open(DataDirectory data, StoreOptions options, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<Migration> migrations)
    {
        // Made here, so that it and what SQLite lays beside it are closed to others from their first byte.
        if (!File.Exists(data.StoreFile)) new FileStream(data.StoreFile, DataDirectory.NewFile(FileMode.CreateNew)).Dispose();
        if (!SyncSelfTest.Passes()) throw new CommandException(StoreText.Get("SyncNotReported"));
        var logger = loggers.CreateLogger<ServerStore>();
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteConnections.OpenWriter(data.StoreFile, options);
            var opened = connection;
            var ran = SqliteMigrator.Migrate(connection, migrations, version =>
            {
                var file = MigrationBackup.Make(data, StoreKind.Sqlite, version, time, copy => Copy(opened, copy).Dispose());
                RetimingAfterMigration.SetDue(data);
                LogCopied(logger, data.StoreFile, version, file);
            });
            LogOpened(logger, data.StoreFile, connection.ServerVersion, migrations.Count, ran.Count);
            return new SqliteProvider(data.StoreFile, options, new SqliteWriter(connection, options, time, loggers.CreateLogger<StoreWriter>()));
        }
        catch (SqliteException problem)
        {
            connection?.Dispose();
            throw new CommandException(StoreText.Get("StoreUnreadable", data.StoreFile, problem.Message), problem);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    public override StoreSession OpenReader() => new SqliteSession(OpenConnection());

    public override bool IsFile => true;

    public override LogHead CopyTo(string path, Action<Verify.Store>? look)
    {
        LogHead head;
        using (var reader = OpenConnection())
        using (var copy = Copy(reader, path))
        using (var session = new SqliteSession(copy)) head = LogWriter.Read(session);
        if (look is null) return head;
        using var seen = Verify.Store.OpenFile(path);
        look(seen);
        return head;
    }

    /// <summary>A checked copy of the store as it is at one moment, open; its file must not exist.</summary>
    private static SqliteConnection Copy(SqliteConnection store, string path)
    {
        new FileStream(path, DataDirectory.NewFile(FileMode.CreateNew)).Dispose();
        var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        try
        {
            copy.Open();
            store.BackupDatabase(copy);
            using var check = copy.CreateCommand();
            check.CommandText = "PRAGMA integrity_check(1)";
            if (check.ExecuteScalar() as string is not "ok" and var said) throw new CommandException(BackupText.Get("copyWrong", said));
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    private protected override void Close() => SqliteConnections.ClearReaders(_file, _options);

    private SqliteConnection OpenConnection() => SqliteConnections.OpenReader(_file, _options);

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Store} is of the older schema {Schema}; before anything is changed it was copied into {File}")]
    private static partial void LogCopied(ILogger logger, string store, int schema, string file);

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {File} open: SQLite {SqliteVersion}, schema {Schema}, {Ran} migrations run")]
    private static partial void LogOpened(ILogger logger, string file, string sqliteVersion, int schema, int ran);
}
