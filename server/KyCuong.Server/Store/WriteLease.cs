using System.Data.Common;
using KyCuong.Server.Store.Log;

namespace KyCuong.Server.Store;

/// <summary>
/// The one writer session, lent with an open transaction. What is not committed before disposal is undone. Whoever
/// holds it keeps every other writer waiting: do the reading and thinking before. Not thread-safe.
/// </summary>
public sealed class WriteLease : IDisposable, IAsyncDisposable
{
    private readonly StoreWriter _writer;
    private readonly StoreSession _session;
    private DbTransaction? _transaction;
    private bool _returned;

    internal WriteLease(StoreWriter writer, StoreSession session)
    {
        _writer = writer;
        _session = session;
        _transaction = session.BeginWrite();
    }

    /// <summary>True until it is committed or disposed.</summary>
    public bool IsOpen => _transaction is not null;

    /// <summary>The writer session, the same from lease to lease until it is lost; statements prepared on it live as long.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public StoreSession Session
    {
        get
        {
            ObjectDisposedException.ThrowIf(!IsOpen, this);
            return _session;
        }
    }

    /// <summary>The connection of <see cref="Session"/>.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public DbConnection Connection => Session.Connection;

    /// <summary>The open transaction; commands on <see cref="Connection"/> name it.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public DbTransaction Transaction
    {
        get
        {
            ObjectDisposedException.ThrowIf(!IsOpen, this);
            return _transaction!;
        }
    }

    internal StoreWriter Writer => _writer;

    /// <summary>
    /// What the log is to say of this transaction, in order; written with its commit. Rows saved by a context enter themselves,
    /// whoever writes by statements enters what it did.
    /// </summary>
    public List<LogRecord> Log { get; } = [];

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
            _writer.WriteLog(_session, Log);
            _session.Flush();
            transaction.Commit();
        }
        catch (DbException problem)
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
