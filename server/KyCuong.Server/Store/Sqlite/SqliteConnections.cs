using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KyCuong.Server.Store.Sqlite;

/// <summary>
/// How connections to the store are opened: what makes a commit durable is set and read back, so that a build of SQLite
/// that ignores a setting is found at once (reliability rules D7, D24).
/// </summary>
internal static class SqliteConnections
{
    public static SqliteConnection OpenWriter(string file, StoreOptions options)
    {
        Rewrite(file + "-wal", options);
        var connection = Open(file, SqliteOpenMode.ReadWrite, pooling: false, options);
        try
        {
            // Closing would sync and copy the log once more, with a handle that may just have failed (D3): the writer does it in order.
            raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            Set(connection, "journal_mode", "wal", "wal");
            if (options.SqliteWaitsAtEachCommit) Set(connection, "synchronous", "FULL", "2");
            else Set(connection, "synchronous", "NORMAL", "1");
            // What is erased does not stay in free pages.
            Set(connection, "secure_delete", "ON", "1");
            Set(connection, "foreign_keys", "ON", "1");
            Set(connection, "journal_size_limit", Text(options.WalBytes), Text(options.WalBytes));
            Set(connection, "cell_size_check", "ON", "1");
            Common(connection, options, options.WriterCacheKiB);
            Settle(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenReader(string file, StoreOptions options)
    {
        var connection = Open(file, SqliteOpenMode.ReadOnly, pooling: true, options);
        try
        {
            Set(connection, "query_only", "ON", "1");
            Common(connection, options, options.ReaderCacheKiB);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies what the log holds into the store, syncs that, and empties the log. A log may hold a transaction whose sync failed: it is
    /// read here from the system's memory and may never have reached the disk, and what is appended after it would be lost with
    /// it. Copied anew it is written anew, by a handle that has not failed.
    /// </summary>
    private static void Settle(SqliteConnection connection)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(connection.Handle!, "main", raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        if (result != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(connection.Handle!).utf8_to_string(), result);
    }

    /// <summary>Before SQLite reads the log: what it copies into the store must not be missing in the log if the power goes meanwhile.</summary>
    private static void Rewrite(string log, StoreOptions options)
    {
        try
        {
            options.RewriteLog(log);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(problem.Message, raw.SQLITE_IOERR);
        }
    }

    /// <summary>Closes the readers that nobody uses. Asks nothing of the disk, which may be why the store is closed.</summary>
    public static void ClearReaders(string file, StoreOptions options)
    {
        using var ofPool = new SqliteConnection(NameOf(file, SqliteOpenMode.ReadOnly, pooling: true, options));
        SqliteConnection.ClearPool(ofPool);
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode, bool pooling, StoreOptions options)
    {
        var connection = new SqliteConnection(NameOf(file, mode, pooling, options));
        connection.Open();
        return connection;
    }

    private static string NameOf(string file, SqliteOpenMode mode, bool pooling, StoreOptions options) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        Mode = mode,
        Cache = SqliteCacheMode.Private,
        Pooling = pooling,
        DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
    }.ConnectionString;

    private static void Common(SqliteConnection connection, StoreOptions options, int cacheKiB)
    {
        var busy = Text((long)options.BusyTimeout.TotalMilliseconds);
        Set(connection, "busy_timeout", busy, busy);
        Set(connection, "wal_autocheckpoint", "0", "0");
        Set(connection, "mmap_size", "0", "0");
        Set(connection, "temp_store", "MEMORY", "2");
        Set(connection, "cache_size", Text(-cacheKiB), Text(-cacheKiB));
    }

    private static void Set(SqliteConnection connection, string pragma, string value, string expected)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma} = {value}; PRAGMA {pragma};";
        object? last = null;
        using var reader = command.ExecuteReader();
        do
        {
            while (reader.Read()) last = reader.GetValue(0);
        }
        while (reader.NextResult());
        var found = Convert.ToString(last, CultureInfo.InvariantCulture);
        if (found != expected)
            throw new InvalidOperationException($"SQLite answers {found} to PRAGMA {pragma} = {value} on {connection.DataSource}; the store is not opened without it.");
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
