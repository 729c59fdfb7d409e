using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace KyCuong.Server.Store;

/// <summary>
/// The one connection that writes, and alone checkpoints: SQLite before 3.51.3 can damage a store when two connections do
/// so at the same moment (reliability finding 2). Lent to one caller at a time, in order of asking. Thread-safe.
/// </summary>
public sealed partial class StoreWriter : IDisposable
{
    private const int IoError = 10;
    private const int Corrupt = 11;

    private readonly SqliteConnection _connection;
    private readonly StoreOptions _options;
    private readonly ILogger<StoreWriter> _logger;
    private readonly string _walFile;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource<Exception> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _commits;
    private long _badgesVersion;
    private long _pagesSinceCheckpoint;
    private bool _walTooLong;

    internal StoreWriter(SqliteConnection connection, StoreOptions options, ILogger<StoreWriter> logger)
    {
        _connection = connection;
        _options = options;
        _logger = logger;
        _walFile = connection.DataSource + "-wal";
        WatchBadges();
    }

    /// <summary>Transactions committed since the store was opened.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>
    /// Grows whenever badges, their hashes, their holdings or an agency were touched, by whatever means, and whenever work
    /// was undone: what was built from an older number is out of date.
    /// </summary>
    public long BadgesVersion => Interlocked.Read(ref _badgesVersion);

    /// <summary>
    /// Ends, with the cause, once the disk failed a commit or the file proved damaged. Nothing is written after that: what an
    /// earlier commit left in the system's memory may be gone, and only a new process sees what is on disk (rule D3).
    /// </summary>
    public Task<Exception> Broken => _broken.Task;

    /// <summary>The writer connection with an open transaction, once everyone who asked before has returned it.</summary>
    /// <exception cref="InvalidOperationException">The store is broken; see <see cref="Broken"/>.</exception>
    public async Task<WriteLease> LeaseAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_broken.Task.IsCompleted)
                throw new InvalidOperationException("The disk failed an earlier write; restart the server.", await _broken.Task.ConfigureAwait(false));
            return new WriteLease(this, _connection);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    internal void Committed()
    {
        Interlocked.Increment(ref _commits);
        CheckpointIfDue();
    }

    internal void RolledBack() => Interlocked.Increment(ref _badgesVersion);

    internal void CommitFailed(SqliteException problem)
    {
        if (problem.SqliteErrorCode is not (IoError or Corrupt) || !_broken.TrySetResult(problem)) return;
        LogBroken(problem);
    }

    internal void Return() => _turn.Release();

    /// <summary>Empties the write-ahead log and closes. Waits for whoever holds the lease.</summary>
    public void Dispose()
    {
        _turn.Wait();
        if (!_broken.Task.IsCompleted) Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        _connection.Dispose();
        _turn.Dispose();
    }

    private void CheckpointIfDue()
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
        _connection.CreateFunction("badges_touched", () => Interlocked.Increment(ref _badgesVersion));
        using var command = _connection.CreateCommand();
        foreach (var table in new[] { "badges", "badge_hashes", "badge_holdings", "agencies" })
            foreach (var change in new[] { "INSERT", "UPDATE", "DELETE" })
                command.CommandText += $"CREATE TEMP TRIGGER watch_{table}_{change} AFTER {change} ON main.{table} BEGIN SELECT badges_touched(); END;\n";
        command.ExecuteNonQuery();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The store's disk failed; nothing more is written until the server is restarted")]
    private partial void LogBroken(Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log has {Bytes} bytes, more than {Limit}: a reader has been open for long")]
    private partial void LogWalTooLong(long bytes, long limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "The write-ahead log could not be copied into the store: SQLite code {Code}")]
    private partial void LogCheckpointFailed(int code);
}
