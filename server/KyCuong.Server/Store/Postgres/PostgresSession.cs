using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// An open connection to a PostgreSQL store. What nobody waits for is gathered and sent in one round trip, before whatever
/// is asked next.
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : StoreSession
{
    /// <summary>Rows and updates gathered before they are sent.</summary>
    private const int MostQueued = 16_384;

    private readonly PostgresPartitions _partitions = new(connection);
    private readonly List<object> _queue = [];
    private int _queued;
    private int _lastWrite = -1;
    private PostgresStatement? _reading;
    private volatile bool _ended;

    /// <summary>The connection, opened if it is not.</summary>
    public NpgsqlConnection Npgsql
    {
        get
        {
            // One that reads is opened when it is used, and given back between the queries of a context.
            if (connection.State == ConnectionState.Closed) connection.Open();
            return connection;
        }
    }

    /// <summary>False once the server or the network has ended the connection, or <see cref="End"/> was called.</summary>
    public bool IsAlive => !_ended && connection.FullState.HasFlag(ConnectionState.Open) && !connection.FullState.HasFlag(ConnectionState.Broken);

    /// <summary>What was prepared on it is of no use any more: whoever lends it opens another instead.</summary>
    public void End() => _ended = true;

    /// <inheritdoc />
    public override DbConnection Connection => Npgsql;

    /// <inheritdoc />
    public override StoreStatement Prepare([ConstantExpected] string sql) => new PostgresStatement(this, sql);

    /// <inheritdoc />
    public override StoreInsert PrepareInsert([ConstantExpected] string table, [ConstantExpected] string columns, [ConstantExpected] string? onConflict = null) => new PostgresInsert(this, table, columns, onConflict);

    /// <inheritdoc />
    public override DbTransaction BeginMoment() => Npgsql.BeginTransaction(IsolationLevel.RepeatableRead);

    private protected override DbConnection Held => connection;

    internal override DbTransaction BeginWrite()
    {
        Clear();
        _partitions.Begin();
        return connection.BeginTransaction(IsolationLevel.ReadCommitted);
    }

    internal override void Flush()
    {
        if (_queue.Count > 0)
        {
            Enter(null);
            return;
        }

        // A transaction in which something failed is undone by COMMIT without a word; this makes it say so.
        using var command = new NpgsqlCommand("SELECT 1", connection);
        command.ExecuteNonQuery();
    }

    internal override void Describe(DbContextOptionsBuilder options, bool owns) => options.UseNpgsql(connection, owns);

    /// <summary>Sends what is queued and frees the connection; the one given is about to read.</summary>
    internal void Enter(PostgresStatement? next)
    {
        if (!ReferenceEquals(_reading, next)) _reading?.Settle();
        _reading = null;
        Send();
        _reading = next;
    }

    /// <summary>A statement has no rows left.</summary>
    internal void Left(PostgresStatement statement)
    {
        if (ReferenceEquals(_reading, statement)) _reading = null;
    }

    /// <summary>True while rows may still be added to these: nothing was asked for since that must come after them.</summary>
    internal bool IsOpen(PostgresRows rows)
    {
        var place = _queue.LastIndexOf(rows);
        return place >= 0 && place > _lastWrite;
    }

    internal void Queue(PostgresRows rows) => _queue.Add(rows);

    internal void Queue(NpgsqlBatchCommand command)
    {
        _queue.Add(command);
        _lastWrite = _queue.Count - 1;
        if (++_queued >= MostQueued) Enter(null);
    }

    /// <summary>A row was added to the rows of a table.</summary>
    internal void Added(string table, string[] columns, PostgresRows rows)
    {
        _partitions.Need(table, columns, rows);
        if (++_queued >= MostQueued) Enter(null);
    }

    private void Send()
    {
        if (_queue.Count == 0) return;
        try
        {
            _partitions.Make();
            using var batch = new NpgsqlBatch(connection);
            foreach (var one in _queue) batch.BatchCommands.Add(one as NpgsqlBatchCommand ?? ((PostgresRows)one).ToCommand());
            batch.ExecuteNonQuery();
        }
        finally
        {
            Clear();
        }
    }

    private void Clear()
    {
        _queue.Clear();
        _queued = 0;
        _lastWrite = -1;
    }
}
