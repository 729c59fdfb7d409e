using KyCuong.Server.Cli;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Store;

/// <summary>
/// The server's SQLite store, open in this process and no other: one writer that is leased, and readers that cannot write.
/// Thread-safe.
/// </summary>
public sealed partial class ServerStore : IAsyncDisposable
{
    private readonly DataLock _lock;
    private readonly StoreOptions _options;
    private int _closed;

    private ServerStore(DataDirectory data, DataLock held, StoreOptions options, StoreWriter writer)
    {
        Data = data;
        _lock = held;
        _options = options;
        Writer = writer;
    }

    /// <summary>Where it lies.</summary>
    public DataDirectory Data { get; }

    /// <summary>The one writer connection.</summary>
    public StoreWriter Writer { get; }

    /// <summary>
    /// Opens the store in this directory, makes it if there is none, and brings it to this server's schema.
    /// </summary>
    /// <exception cref="CommandException">Another process has it open, the file is no store, or it is of a newer server.</exception>
    public static ServerStore Open(DataDirectory data, StoreOptions options, TimeProvider time, ILoggerFactory loggers) =>
        Open(data, options, time, loggers, Migrator.Shipped);

    internal static ServerStore Open(DataDirectory data, StoreOptions options, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<Migration> migrations)
    {
        var logger = loggers.CreateLogger<ServerStore>();
        var held = data.Lock();
        SqliteConnection? connection = null;
        try
        {
            // Made here, so that it and what SQLite lays beside it are closed to others from their first byte.
            if (!File.Exists(data.StoreFile)) new FileStream(data.StoreFile, DataDirectory.NewFile(FileMode.CreateNew)).Dispose();
            try
            {
                connection = StoreConnections.OpenWriter(data.StoreFile, options);
                var opened = connection;
                var ran = Migrator.Migrate(connection, migrations, version => BackUp(opened, data, version, time));
                LogOpened(logger, data.StoreFile, connection.ServerVersion, migrations.Count, ran.Count);
            }
            catch (SqliteException problem)
            {
                throw new CommandException(StoreText.Get("StoreUnreadable", data.StoreFile, problem.Message), problem);
            }

            return new ServerStore(data, held, options, new StoreWriter(connection, options, loggers.CreateLogger<StoreWriter>()));
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="StoreWriter.LeaseAsync" />
    public Task<WriteLease> LeaseAsync(CancellationToken cancel) => Writer.LeaseAsync(cancel);

    /// <summary>A connection that cannot write; dispose it soon: a long read keeps the write-ahead log from shrinking.</summary>
    public SqliteConnection OpenReader() => StoreConnections.OpenReader(Data.StoreFile, _options);

    /// <summary>A context that only reads, on a connection of its own. Rows are not tracked.</summary>
    public KyCuongDb NewReader() => new(OpenReader());

    /// <summary>Waits for the lease, empties the write-ahead log, closes, and lets another process in.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return ValueTask.CompletedTask;
        using (var reader = OpenReader()) SqliteConnection.ClearPool(reader);
        Writer.Dispose();
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void BackUp(SqliteConnection connection, DataDirectory data, int version, TimeProvider time)
    {
        data.Folder(Path.GetFileName(data.BackupFolder));
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"before-migration-v{version}-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}.db");
        var path = Path.Combine(data.BackupFolder, name);
        new FileStream(path, DataDirectory.NewFile(FileMode.CreateNew)).Dispose();
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.BackupDatabase(copy);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {File} open: SQLite {SqliteVersion}, schema {Schema}, {Ran} migrations run")]
    private static partial void LogOpened(ILogger logger, string file, string sqliteVersion, int schema, int ran);
}
