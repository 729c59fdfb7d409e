using System.Globalization;
using System.Security.Cryptography;
using KyCuong.Server.Cli;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// The way to one database: how sessions are opened, what of the server's settings is demanded and read back, and the lock
/// that lets one server process write at a time. Thread-safe.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    /// <summary>"KyCuong" in ASCII: the advisory lock of a store, one a database.</summary>
    private const long LockKey = 0x4B7943756F6E67;

    /// <summary>The oldest release this was run with.</summary>
    private const int OldestVersion = 150_000;

    private const int ConnectSeconds = 10;
    private const int WriterSeconds = 120;
    private const int ReaderSeconds = 600;
    private const int PreparedStatements = 200;

    /// <summary>Sessions that read at once; a further one waits.</summary>
    private const int Readers = 32;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly StoreOptions _options;
    private readonly NpgsqlDataSource _writers;
    private readonly NpgsqlDataSource _readers;
    private readonly string _name;

    public PostgresServer(StoreOptions options)
    {
        _options = options;
        _settings = PostgresSettings.Parse(options.ConnectionString);
        // What pg_stat_activity shows, and by which this process knows a session of its own that is not dead yet.
        var machine = Environment.MachineName;
        _name = string.Create(CultureInfo.InvariantCulture,
            $"KyCuong.Server {machine[..Math.Min(machine.Length, 20)]}/{Environment.ProcessId} {Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}");
        Place = PostgresSettings.Place(_settings);
        _writers = Source(pooling: false, WriterSeconds, options: null);
        _readers = Source(pooling: true, ReaderSeconds, "-c default_transaction_read_only=on");
    }

    /// <summary>Host, port and database, for people.</summary>
    public string Place { get; }

    /// <summary>The settings of the connection, with the password.</summary>
    public NpgsqlConnectionStringBuilder Settings => _settings;

    /// <summary>A session that may write and holds the store's lock; its settings are what a durable commit needs.</summary>
    /// <exception cref="StoreTakenException">Another server holds the lock.</exception>
    /// <exception cref="CommandException">A setting is not what it must be.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL cannot be reached or refuses.</exception>
    public NpgsqlConnection OpenWriter()
    {
        var connection = _writers.OpenConnection();
        try
        {
            Demand(connection);
            TakeLock(connection);
            // Whatever ended a writer may have ended idle readers too; new ones are opened as they are needed.
            _readers.Clear();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A session of its own to write tables anew, without the lock, which the writer holds meanwhile. It hears what PostgreSQL says beside the main
    /// thing: how much it had to keep. Others do not, for there the values of a row may stand.
    /// </summary>
    /// <exception cref="NpgsqlException">PostgreSQL cannot be reached or refuses.</exception>
    public NpgsqlConnection OpenTidier()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_writers.ConnectionString) { Password = _settings.Password, IncludeErrorDetail = true }.ConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>A connection that cannot write, not yet open.</summary>
    public NpgsqlConnection NewReader() => _readers.CreateConnection();

    /// <inheritdoc />
    public void Dispose()
    {
        _readers.Dispose();
        _writers.Dispose();
    }

    private NpgsqlDataSource Source(bool pooling, int commandSeconds, string? options)
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
        {
            ApplicationName = _name,
            Pooling = pooling,
            MaxPoolSize = Readers,
            Enlist = false,
            Timeout = ConnectSeconds,
            CommandTimeout = commandSeconds,
            MaxAutoPrepare = PreparedStatements,
            AutoPrepareMinUsages = 2,
            TcpKeepAlive = true,
            IncludeErrorDetail = false,
        };
        if (options is not null) settings.Options = string.IsNullOrEmpty(settings.Options) ? options : $"{settings.Options} {options}";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    private void Demand(NpgsqlConnection connection)
    {
        var version = int.Parse(Ask(connection, "SHOW server_version_num"), CultureInfo.InvariantCulture);
        if (version < OldestVersion)
            throw new CommandException(StoreText.Get("Postgres.Old", Place, Ask(connection, "SHOW server_version"), OldestVersion / 10_000));
        Require(connection, "server_encoding", "UTF8");
        Require(connection, "transaction_read_only", "off");
        Require(connection, "fsync", "on");
        Require(connection, "full_page_writes", "on");
        // What was set for the role or the database does not count; a stronger setting stays.
        if (Ask(connection, "SHOW synchronous_commit") != "remote_apply") Ask(connection, "SELECT set_config('synchronous_commit', 'on', false)");
        Require(connection, "synchronous_commit", "on", "remote_apply");
    }

    private void Require(NpgsqlConnection connection, string setting, params ReadOnlySpan<string> good)
    {
        var found = Ask(connection, "SHOW " + setting);
        if (!good.Contains(found)) throw new CommandException(StoreText.Get("Postgres.Setting", Place, setting, found, good[0]));
    }

    private void TakeLock(NpgsqlConnection connection)
    {
        if (Ask(connection, "SELECT pg_try_advisory_lock($1)", LockKey) == "True") return;
        if (Holder(connection) is var (process, name) && name == _name)
            Ask(connection, "SELECT pg_terminate_backend($1)", process);
        try
        {
            // Whoever is just ending is given time.
            var wait = ((long)_options.BusyTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            Ask(connection, $"SELECT set_config('lock_timeout', '{wait}ms', false)");
            Ask(connection, "SELECT pg_advisory_lock($1)", LockKey);
            Ask(connection, "SELECT set_config('lock_timeout', '0', false)");
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreTakenException(StoreText.Get("Postgres.Taken", Place, Holder(connection)?.Name ?? "?"), problem);
        }
    }

    private static (int Process, string Name)? Holder(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("""
            SELECT a.pid, a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = $1
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = LockKey });
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt32(0), reader.IsDBNull(1) ? "?" : reader.GetString(1)) : null;
    }

    private static string Ask(NpgsqlConnection connection, string sql, object? value = null)
    {
#pragma warning disable CA2100 // Constants and numbers.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        if (value is not null) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }
}
