using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store;

/// <summary>
/// One open connection to the store: what the rest of the server sees of SQLite or PostgreSQL. Not thread-safe.
/// </summary>
public abstract class StoreSession : IDisposable, IAsyncDisposable
{
    /// <summary>The connection, for commands that are asked once.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>Prepares a statement; values are bound to it.</summary>
    /// <param name="sql">A constant: a text put together does not compile, so that nothing anybody wrote is ever taken for SQL (reliability test S2).</param>
    public abstract StoreStatement Prepare([ConstantExpected] string sql);

    /// <summary>Prepares the adding of rows to a table.</summary>
    /// <param name="table">Its name.</param>
    /// <param name="columns">Their names, separated by commas, in the order in which they are numbered.</param>
    /// <param name="onConflict">What follows <c>ON CONFLICT</c>; null: a row that is there already is an error.</param>
    public abstract StoreInsert PrepareInsert([ConstantExpected] string table, [ConstantExpected] string columns, [ConstantExpected] string? onConflict = null);

    /// <summary>Until this is disposed, every query sees the store as the first of them does. For sessions that read.</summary>
    public abstract DbTransaction BeginMoment();

    /// <inheritdoc />
    public void Dispose()
    {
        Held.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Held.DisposeAsync();
    }

    /// <summary>The connection as it is, open or not.</summary>
    private protected abstract DbConnection Held { get; }

    /// <summary>Begins the transaction of a lease.</summary>
    internal abstract DbTransaction BeginWrite();

    /// <summary>Sees to it that everything asked for is in the store; called before the commit.</summary>
    internal abstract void Flush();

    /// <summary>How a context uses the connection; a context that owns it closes it.</summary>
    internal abstract void Describe(DbContextOptionsBuilder options, bool owns);
}
