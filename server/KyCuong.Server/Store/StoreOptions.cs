using KyCuong.Protos;

namespace KyCuong.Server.Store;

/// <summary>What a store can be.</summary>
public enum StoreKind
{
    /// <summary>One SQLite file in the data directory.</summary>
    Sqlite,

    /// <summary>A database of PostgreSQL.</summary>
    Postgres,
}

/// <summary>Which store, and its bounds.</summary>
public sealed record StoreOptions
{
    /// <summary>What it is.</summary>
    public StoreKind Kind { get; init; } = StoreKind.Sqlite;

    /// <summary>How PostgreSQL is reached, in Npgsql's words; may hold a password. Empty for SQLite.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>How long a connection waits for a lock of another before it fails, and for a server that is just ending.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>SQLite: pages written to the write-ahead log after which the writer copies it into the store.</summary>
    public int CheckpointPages { get; init; } = 1_000;

    /// <summary>
    /// SQLite: bytes of the write-ahead log above which the writer waits for readers, at most <see cref="BusyTimeout"/>, to empty it.
    /// A reader that never ends keeps it growing; that is logged.
    /// </summary>
    public long WalBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>SQLite: memory for pages of the writer, KiB.</summary>
    public int WriterCacheKiB { get; init; } = 32 * 1024;

    /// <summary>SQLite: memory for pages of each reader, KiB.</summary>
    public int ReaderCacheKiB { get; init; } = 8 * 1024;

    /// <summary>SQLite: makes what a log at this path holds durable (<see cref="RewrittenLog"/>); a simulated disk has its own way.</summary>
    internal Action<string> RewriteLog { get; init; } = path => RewrittenLog.Make(path, Disk.Sync);

    /// <summary>
    /// SQLite's <c>PRAGMA synchronous</c> of the writer, FULL. No configuration reaches it: only the power-cut test asks for NORMAL, to see the losses.
    /// </summary>
    internal bool SqliteWaitsAtEachCommit { get; init; } = true;
}
