using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KyCuong.Crash;

/// <summary>Reads a database from outside the program that keeps it.</summary>
internal sealed class StoreRows
{
    private readonly Func<DbConnection> _connect;
    private readonly Func<string, string> _blob;

    private StoreRows(Func<DbConnection> connect, Func<string, string> blob) => (_connect, _blob) = (connect, blob);

    /// <summary>A SQLite file; also one that a running program has open.</summary>
    public static StoreRows Sqlite(string file) => new(
        () => new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString()),
        hex => $"x'{hex}'");

    /// <summary>A database of PostgreSQL.</summary>
    public static StoreRows Postgres(string connection) => new(() => new NpgsqlConnection(connection + ";Pooling=false"), hex => $"'\\x{hex}'::bytea");

    /// <summary>A literal of these bytes.</summary>
    public string Blob(string hex) => _blob(hex);

    /// <summary>Rows of a number and a blob.</summary>
    public List<(long Number, string Hex)> Read(string query)
    {
        using var connection = Open();
        using var command = Command(connection, query);
        using var reader = command.ExecuteReader();
        var rows = new List<(long, string)>();
        while (reader.Read()) rows.Add((reader.GetInt64(0), Convert.ToHexString((byte[])reader[1])));
        return rows;
    }

    /// <summary>One number.</summary>
    public long Scalar(string query)
    {
        using var connection = Open();
        using var command = Command(connection, query);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private DbConnection Open()
    {
        var connection = _connect();
        connection.Open();
        return connection;
    }

    private static DbCommand Command(DbConnection connection, string query)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this program and hexadecimal digits.
        command.CommandText = query;
#pragma warning restore CA2100
        return command;
    }
}
