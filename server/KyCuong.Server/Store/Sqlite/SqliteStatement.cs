using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KyCuong.Server.Store.Sqlite;

/// <summary>SQLite's own prepared statement, without the boxes of a command.</summary>
internal sealed class SqliteStatement : StoreStatement
{
    private const int LongestText = 256;
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares one statement on an open connection.</summary>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _connection = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public override StoreStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public override StoreStatement Bind(int index, long? value)
    {
        if (value is { } number) return Bind(index, number);
        Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    public override StoreStatement Bind(int index, bool value) => Bind(index, value ? 1L : 0L);

    public override StoreStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    public override StoreStatement Bind(int index, string value)
    {
        if (value.Length is 0 or > LongestText / 4)
        {
            Check(raw.sqlite3_bind_text(_statement, index, value));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[LongestText];
        Check(raw.sqlite3_bind_text(_statement, index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        return this;
    }

    public override bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW) return true;
        if (result == raw.SQLITE_DONE)
        {
            Reset();
            return false;
        }

        var problem = Problem(result);
        Reset();
        throw problem;
    }

    public override int Run()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(_connection);
    }

    public override void Write() => Run();

    public override void Reset() => raw.sqlite3_reset(_statement);

    public override long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public override ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public override string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public override string Text(int column, TextCache known) => known.Get(Bytes(column));

    public override bool Truth(int column) => Number(column) != 0;

    public override DateOnly Date(int column) => DateOnly.ParseExact(Text(column), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public override bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public override void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Problem(result);
    }

    private SqliteException Problem(int result) =>
        new(raw.sqlite3_errmsg(_connection).utf8_to_string(), result & 0xFF, raw.sqlite3_extended_errcode(_connection));
}
