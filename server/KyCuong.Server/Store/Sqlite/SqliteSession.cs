using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store.Sqlite;

/// <summary>An open connection to a SQLite store.</summary>
public sealed class SqliteSession(SqliteConnection connection) : StoreSession
{
    /// <inheritdoc />
    public override DbConnection Connection => connection;

    /// <inheritdoc />
    public override StoreStatement Prepare([ConstantExpected] string sql) => new SqliteStatement(connection, sql);

    /// <inheritdoc />
    public override StoreInsert PrepareInsert([ConstantExpected] string table, [ConstantExpected] string columns, [ConstantExpected] string? onConflict = null)
    {
        var values = string.Join(", ", Enumerable.Range(1, columns.Count(c => c == ',') + 1).Select(i => $"?{i}"));
        var conflict = onConflict is null ? "" : $" ON CONFLICT {onConflict}";
        return new SqliteInsert(new SqliteStatement(connection, $"INSERT INTO {table} ({columns}) VALUES ({values}){conflict}"));
    }

    /// <inheritdoc />
    // Deferred: a transaction that begins by asking for the write lock is refused on a connection that only reads.
    public override DbTransaction BeginMoment() => connection.BeginTransaction(deferred: true);

    private protected override DbConnection Held => connection;

    internal override DbTransaction BeginWrite() => connection.BeginTransaction(deferred: false);

    internal override void Flush()
    {
        // Statements run when they are asked for.
    }

    internal override void Describe(DbContextOptionsBuilder options, bool owns) => options.UseSqlite(connection, owns);
}
