using Microsoft.Extensions.Logging;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// The one session that writes. It holds the store's lock, so that whoever lost it cannot write: a session that is lost
/// is opened anew, or not at all when another server has taken the lock meanwhile.
/// </summary>
internal sealed partial class PostgresWriter : StoreWriter
{
    private readonly PostgresServer _server;
    private readonly ILogger _logger;
    private PostgresSession _session;
    private bool _lost;

    public PostgresWriter(PostgresServer server, NpgsqlConnection connection, TimeProvider time, ILogger<StoreWriter> logger)
        : base(time, logger)
    {
        _server = server;
        _logger = logger;
        _session = Watch(connection);
    }

    private protected override async ValueTask<StoreSession> ReadyAsync(CancellationToken cancel)
    {
        // A question a lease: without it the first command after PostgreSQL was restarted would fail.
        if (!_session.IsAlive || !await AnswersAsync(cancel).ConfigureAwait(false))
        {
            if (!_lost) LogLost();
            _lost = true;
            await _session.DisposeAsync().ConfigureAwait(false);
            try
            {
                _session = Watch(await Task.Run(_server.OpenWriter, cancel).ConfigureAwait(false));
            }
            catch (StoreTakenException problem)
            {
                Break(problem);
                throw;
            }

            _lost = false;
            // Nobody told this session what was touched meanwhile.
            TouchBadges();
            LogBack();
        }

        return _session;
    }

    private protected override void AfterCommit()
    {
        // PostgreSQL tidies up by itself.
    }

    /// <summary>
    /// True for what Npgsql says when a connection breaks just as a command begins on it: it resets an event that it has disposed of
    /// (<c>NpgsqlConnector.ResetCancellation</c>). Nothing of ours has such an event.
    /// </summary>
    internal static bool BrokeAtOnce(Exception problem) => problem is ObjectDisposedException { ObjectName: "System.Threading.ManualResetEventSlim" };

    private protected override bool IsFatal(Exception problem) => SaysDamage(problem);

    internal override bool SaysDamage(Exception problem) =>
        problem is PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted };

    private protected override bool IsFull(Exception problem) => problem is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    private protected override bool IsLost(Exception problem) => problem switch
    {
        PostgresException refused => refused.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            || refused.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or IOException => true,
        { InnerException: { } inner } => IsLost(inner),
        // Npgsql's words for using what has been ended.
        InvalidOperationException => BrokeAtOnce(problem) || !_session.IsAlive,
        _ => false,
    };

    private protected override bool ScrubCore()
    {
        using var connection = _server.OpenTidier();
        var done = PostgresScrub.Run(connection, out var statistics);
        if (!statistics) LogStatistics();
        return done;
    }

    private protected override void Close(bool broken) => _session.Dispose();

    private PostgresSession Watch(NpgsqlConnection connection)
    {
        connection.Notice += (_, notice) =>
        {
            if (notice.Notice.MessageText == "kycuong: badges touched") TouchBadges();
        };
        return new PostgresSession(connection);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT 1", _session.Npgsql);
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to PostgreSQL was lost; what was being written is not acknowledged, and a new connection is tried")]
    private partial void LogLost();

    [LoggerMessage(Level = LogLevel.Error, Message = "Values of what was erased may be in PostgreSQL's statistics: this account does not own the database and may not write them anew. Its owner runs VACUUM (FULL) pg_catalog.pg_statistic")]
    private partial void LogStatistics();

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to PostgreSQL again")]
    private partial void LogBack();
}
