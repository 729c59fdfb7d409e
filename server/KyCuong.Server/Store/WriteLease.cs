using Microsoft.Data.Sqlite;

namespace KyCuong.Server.Store;

/// <summary>
/// The one writer connection, lent with an open transaction. What is not committed before disposal is undone. Whoever
/// holds it keeps every other writer waiting: do the reading and thinking before. Not thread-safe.
/// </summary>
public sealed class WriteLease : IDisposable, IAsyncDisposable
{
    private readonly StoreWriter _writer;
    private readonly SqliteConnection _connection;
    private SqliteTransaction? _transaction;
    private bool _returned;

    internal WriteLease(StoreWriter writer, SqliteConnection connection)
    {
        _writer = writer;
        _connection = connection;
        _transaction = connection.BeginTransaction(deferred: false);
    }

    /// <summary>True until it is committed or disposed.</summary>
    public bool IsOpen => _transaction is not null;

    /// <summary>The writer connection.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public SqliteConnection Connection
    {
        get
        {
            ObjectDisposedException.ThrowIf(!IsOpen, this);
            return _connection;
        }
    }

    /// <summary>The open transaction; commands on <see cref="Connection"/> name it.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public SqliteTransaction Transaction
    {
        get
        {
            ObjectDisposedException.ThrowIf(!IsOpen, this);
            return _transaction!;
        }
    }

    internal StoreWriter Writer => _writer;

    /// <summary>A context that reads and writes inside the transaction; dispose it before the lease.</summary>
    public KyCuongDb NewContext() => new(this);

    /// <summary>
    /// Makes the work durable: when this returns it is on disk. Ends the lease's transaction; the lease is returned by its
    /// disposal. After an exception nothing of it is in the store.
    /// </summary>
    public Task CommitAsync()
    {
        Commit();
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="CommitAsync" />
    public void Commit()
    {
        var transaction = Transaction;
        try
        {
            transaction.Commit();
        }
        catch (SqliteException problem)
        {
            _writer.CommitFailed(problem);
            throw;
        }

        _transaction = null;
        transaction.Dispose();
        _writer.Committed();
    }

    /// <summary>Undoes what is not committed and lets the next writer in.</summary>
    public void Dispose()
    {
        if (_returned) return;
        _returned = true;
        var transaction = _transaction;
        _transaction = null;
        try
        {
            if (transaction is not null)
            {
                _writer.RolledBack();
                transaction.Dispose();
            }
        }
        finally
        {
            _writer.Return();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
