using System.Globalization;
using System.Net.Sockets;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Backups;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Log;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// The store as a database of PostgreSQL. One server process a database for now: the writer's session holds an advisory
/// lock. What would let several in: the lock a commit instead of a session, and NOTIFY beside the INFO of the triggers that
/// tell of badges, so that each hears of the others' changes; keys, sequences and partitions are ready for it.
/// </summary>
internal sealed partial class PostgresProvider : StoreProvider
{
    private readonly PostgresServer _server;

    private PostgresProvider(PostgresServer server, StoreWriter writer)
        : base(writer) => _server = server;

    /// <summary>Connects, takes the store's lock, and brings the database to this server's schema. An empty one becomes a store.</summary>
    /// <exception cref="CommandException">One sentence for each way in which this can fail.</exception>
    public static PostgresProvider Open(DataDirectory data, StoreOptions options, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<Migration> migrations)
    {
        var logger = loggers.CreateLogger<ServerStore>();
        var server = new PostgresServer(options);
        NpgsqlConnection? connection = null;
        try
        {
            connection = server.OpenWriter();
            var ran = PostgresMigrator.Migrate(connection, server.Place, migrations, time.NowUs(),
                version =>
                {
                    var file = MigrationBackup.Make(data, StoreKind.Postgres, version, time, copy => PostgresDump.Write(server.Settings, copy));
                    RetimingAfterMigration.SetDue(data);
                    LogCopied(logger, server.Place, version, file);
                });
            LogOpened(logger, server.Place, connection.ServerVersion, migrations.Count, ran.Count);
            return new PostgresProvider(server, new PostgresWriter(server, connection, time, loggers.CreateLogger<StoreWriter>()));
        }
        catch (Exception problem)
        {
            connection?.Dispose();
            server.Dispose();
            if (Refusal(problem, server) is { } refusal) throw refusal;
            throw;
        }
    }

    public override StoreSession OpenReader()
    {
        var connection = _server.NewReader();
        try
        {
            connection.Open();
            return new PostgresSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opened by each query of the context and given back after it: a context may live long and ask seldom.</summary>
    public override StoreSession ReaderOfContext() => new PostgresSession(_server.NewReader());

    public override bool IsFile => false;

    public override CommandException? Refusal(Exception problem) => Refusal(problem, _server);

    public override LogHead CopyTo(string path, Action<Verify.Store>? look)
    {
        // pg_dump takes this transaction's snapshot, so that what is looked at here is what it writes, to the row.
        using var reader = new PostgresSession(_server.NewReader());
        using var moment = reader.BeginMoment();
        var head = LogWriter.Read(reader);
        PostgresDump.Write(_server.Settings, path, Snapshot(reader));
        if (look is null) return head;
        using var seen = Verify.Store.Inside(moment);
        look(seen);
        return head;
    }

    private static string Snapshot(PostgresSession session)
    {
        using var command = new NpgsqlCommand("SELECT pg_export_snapshot()", session.Npgsql);
        return (string)command.ExecuteScalar()!;
    }

    private protected override void Close()
    {
        // The readers' pool goes with the server.
    }

    private protected override void Closed() => _server.Dispose();

    private static CommandException? Refusal(Exception problem, PostgresServer server)
    {
        var settings = server.Settings;
        return problem switch
        {
            CommandException => null,
            StoreTakenException => new CommandException(problem.Message, problem) { MayPass = true },
            PostgresException refused => refused.SqlState switch
            {
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                    new CommandException(StoreText.Get("Postgres.Account", server.Place, settings.Username ?? Environment.UserName, refused.MessageText), problem),
                PostgresErrorCodes.InvalidCatalogName => new CommandException(StoreText.Get("Postgres.NoDatabase", server.Place, settings.Database), problem),
                PostgresErrorCodes.InsufficientPrivilege => new CommandException(StoreText.Get("Postgres.NoRights", settings.Username ?? Environment.UserName, server.Place, refused.MessageText), problem),
                PostgresErrorCodes.CannotConnectNow => new CommandException(StoreText.Get("Postgres.Away", server.Place, refused.MessageText), problem) { MayPass = true },
                PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => new CommandException(StoreText.Get("Postgres.Away", server.Place, refused.MessageText), problem),
                _ => new CommandException(StoreText.Get("Postgres.Failed", server.Place, refused.MessageText), problem),
            },
            NpgsqlException or SocketException or TimeoutException or IOException =>
                new CommandException(StoreText.Get("Postgres.Away", server.Place, (problem.InnerException ?? problem).Message.TrimEnd('.')), problem),
            // How the context of a database tells of one that went away.
            InvalidOperationException { InnerException: NpgsqlException lost } => Refusal(lost, server),
            ObjectDisposedException when PostgresWriter.BrokeAtOnce(problem) => new CommandException(StoreText.Get("Postgres.Away", server.Place, problem.Message), problem),
            _ => null,
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Place} is of the older schema {Schema}; before anything is changed pg_dump copied it into {File}")]
    private static partial void LogCopied(ILogger logger, string place, int schema, string file);

    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Place} open: PostgreSQL {Version}, schema {Schema}, {Ran} migrations run")]
    private static partial void LogOpened(ILogger logger, string place, string version, int schema, int ran);
}
