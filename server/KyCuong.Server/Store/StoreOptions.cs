namespace KyCuong.Server.Store;

/// <summary>Bounds of the store.</summary>
public sealed record StoreOptions
{
    /// <summary>How long a connection waits for a lock of another before it fails.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pages written to the write-ahead log after which the writer copies it into the store.</summary>
    public int CheckpointPages { get; init; } = 1_000;

    /// <summary>
    /// Bytes of the write-ahead log above which the writer waits for readers, at most <see cref="BusyTimeout"/>, to empty it.
    /// A reader that never ends keeps it growing; that is logged.
    /// </summary>
    public long WalBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Memory for pages of the writer, KiB.</summary>
    public int WriterCacheKiB { get; init; } = 32 * 1024;

    /// <summary>Memory for pages of each reader, KiB.</summary>
    public int ReaderCacheKiB { get; init; } = 8 * 1024;
}
