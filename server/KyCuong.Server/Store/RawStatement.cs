using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KyCuong.Server.Store;

/// <summary>
/// A prepared statement without the boxes of a command: for the paths that carry every tap. Parameters and columns are
/// numbered, parameters from 1, columns from 0. Not thread-safe; used only while its connection is.
/// </summary>
public sealed class RawStatement : IDisposable
{
    private const int LongestText = 256;
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares one statement on an open connection.</summary>
    public RawStatement(SqliteConnection connection, string sql)
    {
        _connection = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Gives a parameter a number.</summary>
    public RawStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    /// <summary>Gives a parameter a number, or null.</summary>
    public RawStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    /// <summary>Gives a parameter bytes; they are copied. No bytes are an empty value, not null.</summary>
    public RawStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>Gives a parameter a text.</summary>
    public RawStatement Bind(int index, string value)
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

    /// <summary>Gives a parameter null.</summary>
    public RawStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Goes to the next row; false, and ready to run again, after the last.</summary>
    /// <exception cref="SqliteException">It failed; the statement is ready to run again.</exception>
    public bool Step()
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

    /// <summary>Runs to the end and returns how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(_connection);
    }

    /// <summary>Leaves the rows that are left; needed when not stepped to the end.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>A column of the row as a number.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A column of the row as a number, or null.</summary>
    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    /// <summary>A column of the row as bytes, or the UTF-8 of a text; good until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>A column of the row as a text.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    /// <summary>True when the column is null in this row.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <inheritdoc />
    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Problem(result);
    }

    private SqliteException Problem(int result) =>
        new(raw.sqlite3_errmsg(_connection).utf8_to_string(), result & 0xFF, raw.sqlite3_extended_errcode(_connection));
}
