using KyCuong.Server.Cli;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Postgres;
using KyCuong.Server.Store.Sqlite;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Store;

/// <summary>
/// The server's store, open in this process and no other: one writer that is leased, and readers that cannot write.
/// Thread-safe.
/// </summary>
public sealed partial class ServerStore : IAsyncDisposable
{
    private readonly DataLock _lock;
    private readonly StoreProvider _provider;
    private int _closed;

    private ServerStore(DataDirectory data, DataLock held, StoreProvider provider)
    {
        Data = data;
        _lock = held;
        _provider = provider;
    }

    /// <summary>Where the keys lie, and the store itself if it is SQLite's.</summary>
    public DataDirectory Data { get; }

    /// <summary>The one session that writes.</summary>
    public StoreWriter Writer => _provider.Writer;

    /// <summary>
    /// Opens the store of this directory, makes it if there is none, and brings it to this server's schema.
    /// </summary>
    /// <exception cref="CommandException">Another process has it open, it is no store, it is of a newer server, or it cannot be reached.</exception>
    public static ServerStore Open(DataDirectory data, StoreOptions options, TimeProvider time, ILoggerFactory loggers) =>
        Open(data, options, time, loggers, null);

    internal static ServerStore Open(DataDirectory data, StoreOptions options, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<Migration>? migrations)
    {
        var held = data.Lock();
        try
        {
            StoreProvider provider = options.Kind switch
            {
                StoreKind.Sqlite => SqliteProvider.Open(data, options, time, loggers, migrations ?? SqliteMigrator.Shipped),
                StoreKind.Postgres => PostgresProvider.Open(data, options, time, loggers, migrations ?? PostgresMigrator.Shipped),
                _ => throw new ArgumentOutOfRangeException(nameof(options), options.Kind, "No such store."),
            };
            Prepare(provider, data, time, loggers.CreateLogger<ServerStore>());
            return new ServerStore(data, held, provider);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>What is done before anybody is given the store.</summary>
    private static void Prepare(StoreProvider provider, DataDirectory data, TimeProvider time, ILogger logger)
    {
        try
        {
            BeginLog(provider);
            EraseAgain(provider, data, logger);
            Ingest.RetimingAfterMigration.Finish(provider.Writer, data, time, logger);
        }
        catch (Exception problem)
        {
            provider.Dispose();
            if (provider.Refusal(problem) is { } refusal) throw refusal;
            throw;
        }
    }

    private static void BeginLog(StoreProvider provider)
    {
        // Nobody else has the writer yet.
        using var lease = provider.Writer.LeaseAsync(CancellationToken.None).GetAwaiter().GetResult();
        if (LogBeginning.Ensure(lease)) lease.Commit();
        else provider.Writer.KnowLog(lease.Session);
    }

    private static void EraseAgain(StoreProvider provider, DataDirectory data, ILogger logger)
    {
        Join(data, logger);
        if (Erasures.ErasureReplay.Run(provider.Writer, data) == 0 && !Erasures.ErasureList.IsScrubDue(data)) return;
        try
        {
            if (provider.Scrub()) Erasures.ErasureList.Scrubbed(data);
        }
        catch (System.Data.Common.DbException problem)
        {
            // What was erased is gone from every table; its traces in free pages wait for the next start, and gates do not.
            LogNotScrubbed(logger, problem.Message);
        }
    }

    private static void Join(DataDirectory data, ILogger logger)
    {
        try
        {
            Erasures.ErasureList.Join(data);
        }
        catch (Exception problem) when (problem is CommandException or IOException or UnauthorizedAccessException)
        {
            // The folder of the backups is away or spoilt: gates do not wait for it, and the next erasure does.
            LogNotJoined(logger, problem.Message);
        }
    }

    /// <inheritdoc cref="StoreProvider.Scrub" />
    public bool Scrub()
    {
        if (!_provider.Scrub()) return false;
        Erasures.ErasureList.Scrubbed(Data);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The list of what was erased that lies beside the backups could not be compared with this server's own; keep it, it may have orders that are not carried out here: {Why}")]
    private static partial void LogNotJoined(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not be written anew after an erasure; traces of what was erased may be in its file until a start that can: {Why}")]
    private static partial void LogNotScrubbed(ILogger logger, string why);

    /// <inheritdoc cref="StoreWriter.LeaseAsync" />
    public Task<WriteLease> LeaseAsync(CancellationToken cancel) => Writer.LeaseAsync(cancel);

    /// <summary>A session that cannot write; dispose it soon: a long read keeps what it sees from being tidied away.</summary>
    public StoreSession OpenReader() => _provider.OpenReader();

    /// <summary>The sentence for a failure because the database went away under the work; null: it is none of these.</summary>
    internal CommandException? Lost(Exception problem) => Writer.WasLost(problem) ? _provider.Refusal(problem) : null;

    /// <summary>True when the store is one file.</summary>
    public bool IsFile => _provider.IsFile;

    /// <inheritdoc cref="StoreProvider.CopyTo" />
    internal LogHead CopyTo(string path, Action<Verify.Store>? look = null) => _provider.CopyTo(path, look);

    /// <summary>A context that only reads, on a session of its own. Rows are not tracked.</summary>
    public KyCuongDb NewReader() => new(_provider.ReaderOfContext());

    /// <summary>Waits for the lease, closes, and lets another process in.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return ValueTask.CompletedTask;
        _provider.Dispose();
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }
}
