using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace KyCuong.Server.Store.Sqlite;

/// <summary>
/// The one connection that writes, and alone checkpoints: SQLite before 3.51.3 can damage a store when two connections do
/// so at the same moment (reliability finding 2).
/// </summary>
internal sealed partial class SqliteWriter : StoreWriter
{
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int Full = 13;

    private readonly SqliteConnection _connection;
    private readonly SqliteSession _session;
    private readonly StoreOptions _options;
    private readonly ILogger _logger;
    private readonly string _walFile;
    private long _pagesSinceCheckpoint;
    private bool _walTooLong;

    public SqliteWriter(SqliteConnection connection, StoreOptions options, TimeProvider time, ILogger<StoreWriter> logger)
        : base(time, logger)
    {
        _connection = connection;
        _session = new SqliteSession(connection);
        _options = options;
        _logger = logger;
        _walFile = connection.DataSource + "-wal";
        WatchBadges();
    }

    private protected override ValueTask<StoreSession> ReadyAsync(CancellationToken cancel) => ValueTask.FromResult<StoreSession>(_session);

    private protected override void AfterCommit()
    {
        // Pages that this connection wrote to the log since it was asked last.
        raw.sqlite3_db_status(_connection.Handle!, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, 1);
        _pagesSinceCheckpoint += written;
        if (_pagesSinceCheckpoint < _options.CheckpointPages) return;
        _pagesSinceCheckpoint = 0;
        Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        if (WalBytes() <= _options.WalBytes)
        {
            _walTooLong = false;
            return;
        }

        if (Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE) || _walTooLong) return;
        _walTooLong = true;
        LogWalTooLong(WalBytes(), _options.WalBytes);
    }

    private protected override bool IsFatal(Exception problem) => SaysDamage(problem) || problem is SqliteException { SqliteErrorCode: IoError };

    internal override bool SaysDamage(Exception problem) => problem is SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    private protected override bool IsFull(Exception problem) => problem is SqliteException { SqliteErrorCode: Full };

    private protected override bool IsLost(Exception problem) => false;

    /// <summary>Empties the write-ahead log and closes.</summary>
    private protected override void Close(bool broken)
    {
        if (!broken) Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        _connection.Dispose();
    }

    /// <summary>
    /// By a connection of its own, whose temporary file lies on disk: the writer's would lie in memory. It checkpoints nothing; the writer does,
    /// which writes nothing meanwhile.
    /// </summary>
    private protected override bool ScrubCore()
    {
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _connection.DataSource, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString))
        {
            connection.Open();
            raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; VACUUM;";
            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
        }

        return Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
    }

    private long WalBytes()
    {
        var file = new FileInfo(_walFile);
        return file.Exists ? file.Length : 0;
    }

    /// <summary>False when a reader was in the way.</summary>
    private bool Checkpoint(int mode)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_connection.Handle!, "main", mode, out _, out _);
        if (result is raw.SQLITE_OK) return true;
        if (result is raw.SQLITE_BUSY or raw.SQLITE_LOCKED) return false;
        // The commit before it is durable in the log; the next process copies it.
        CommitFailed(new SqliteException(raw.sqlite3_errmsg(_connection.Handle!).utf8_to_string(), result));
        LogCheckpointFailed(result);
        return true;
    }

    private void WatchBadges()
    {
        _connection.CreateFunction("badges_touched", () =>
        {
            TouchBadges();
            return 0;
        });
        using var command = _connection.CreateCommand();
        foreach (var table in new[] { "badges", "badge_hashes", "badge_holdings", "badge_loans", "agencies" })
            foreach (var change in new[] { "INSERT", "UPDATE", "DELETE" })
                command.CommandText += $"CREATE TEMP TRIGGER watch_{table}_{change} AFTER {change} ON main.{table} BEGIN SELECT badges_touched(); END;\n";
        command.ExecuteNonQuery();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log has {Bytes} bytes, more than {Limit}: a reader has been open for long")]
    private partial void LogWalTooLong(long bytes, long limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "The write-ahead log could not be copied into the store: SQLite code {Code}")]
    private partial void LogCheckpointFailed(int code);
}
