using System.Globalization;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace KyCuong.Crash;

/// <summary>A SQLite file looked at from outside: its schema, and its rows as text, so that two can be compared.</summary>
internal static class SchemaFile
{
    /// <summary>What the file says of its schema.</summary>
    public static int Version(string file) => Open(file, connection => (int)(long)Scalar(connection, "PRAGMA user_version")!);

    /// <summary>Every table, index and trigger as it was made, one a line.</summary>
    public static List<string> Catalogue(string file) => Open(file, connection => Catalogue(connection));

    /// <summary>What is wrong with the file itself; empty: nothing.</summary>
    public static List<string> Problems(string file) => Open<List<string>>(file, connection =>
        [.. Column(connection, "PRAGMA integrity_check").Where(said => said != "ok"), .. Column(connection, "SELECT \"table\" || ' points nowhere' FROM pragma_foreign_key_check")]);

    /// <summary>The catalogue of a store of this schema.</summary>
    public static List<string> StoreCatalogue(int version)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        SqliteMigrator.Migrate(connection, [.. SqliteMigrator.Shipped.Take(version)], _ => { });
        return Catalogue(connection);
    }

    /// <summary>
    /// Makes a store of an earlier schema with the rows of a newer one, as far as that schema had tables and columns for them. Its log is
    /// left out: it speaks of what is not there.
    /// </summary>
    public static void MakeStore(string file, int version, string newer)
    {
        File.WriteAllBytes(file, []);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, ForeignKeys = false }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL");
        SqliteMigrator.Migrate(connection, [.. SqliteMigrator.Shipped.Take(version)], _ => { });
        Execute(connection, $"ATTACH '{newer}' AS newer");
        foreach (var table in Tables(connection, "main").Intersect(Tables(connection, "newer")).Where(table => table != "log_entries"))
        {
            var columns = string.Join(", ", Columns(connection, "main", table).Intersect(Columns(connection, "newer", table)));
            Execute(connection, $"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}");
        }

        Execute(connection, "DETACH newer");
    }

    /// <summary>Every row of every table that both have, in the columns that both have, one a line with its table before it.</summary>
    /// <param name="file">Whose rows.</param>
    /// <param name="as">Whose tables and columns besides.</param>
    /// <param name="but">Columns that are left out, <c>table.column</c>.</param>
    public static List<string> Rows(string file, string @as, params string[] but)
    {
        var shapes = Open(@as, connection => Tables(connection, "main").ToDictionary(table => table, table => Columns(connection, "main", table)));
        return Open(file, connection =>
        {
            var rows = new List<string>();
            foreach (var table in Tables(connection, "main").Where(table => table != "log_entries" && shapes.ContainsKey(table)))
            {
                var columns = Columns(connection, "main", table).Intersect(shapes[table]).Where(column => !but.Contains($"{table}.{column}")).Select(column => $"quote({column})");
                rows.AddRange(Column(connection, $"SELECT '{table} ' || {string.Join(" || ' ' || ", columns)} FROM {table}").Order(StringComparer.Ordinal));
            }

            return rows;
        });
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of this program's own tables.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public static void Execute(SqliteConnection connection, string sql) => Scalar(connection, sql);

    /// <summary>Opens a file to write, so that SQLite takes up what a kill left in its log.</summary>
    public static T Open<T>(string file, Func<SqliteConnection, T> look)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        return look(connection);
    }

    public static List<string> Column(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of this program's own tables.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        return values;
    }

    private static List<string> Catalogue(SqliteConnection connection) =>
        Column(connection, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1");

    private static List<string> Tables(SqliteConnection connection, string schema) =>
        Column(connection, $"SELECT name FROM {schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");

    private static List<string> Columns(SqliteConnection connection, string schema, string table) =>
        Column(connection, $"SELECT name FROM pragma_table_info('{table}', '{schema}') ORDER BY cid");
}
