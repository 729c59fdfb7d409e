using System.Data.Common;
using System.Globalization;
using KyCuong.Server.Store;

namespace KyCuong.Server.Tests.Store;

/// <summary>What a database says of its own shape, one line a fact, so that two can be compared.</summary>
internal static class Catalogue
{
    public static SortedSet<string> Read(DbConnection connection)
    {
        var facts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var table in Column(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"))
        {
            var columns = Rows(connection, $"SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo('{table}')");
            var keys = columns.Count(c => c[4] != "0");
            foreach (var c in columns)
            {
                // SQLite does not mark the alias of the row id as NOT NULL, and it is.
                var notNull = c[2] == "1" || (keys == 1 && c[4] == "1");
                facts.Add($"{table}.{c[0]} {c[1]}{(notNull ? " NOT NULL" : "")} default={c[3]} pk={c[4]} hidden={c[5]}");
            }

            foreach (var f in Rows(connection, $"SELECT \"from\", \"table\", \"to\", on_update, on_delete FROM pragma_foreign_key_list('{table}')"))
                facts.Add($"{table}.{f[0]} -> {f[1]}.{f[2]} {f[3]} {f[4]}");
            foreach (var i in Rows(connection, $"SELECT name, \"unique\", origin, partial FROM pragma_index_list('{table}') WHERE origin <> 'pk'"))
            {
                var parts = string.Join(", ", Rows(connection, $"SELECT name, \"desc\", coll FROM pragma_index_xinfo('{i[0]}') WHERE key = 1").Select(p => $"{p[0]} {p[1]} {p[2]}"));
                facts.Add(i[1] == "1" ? $"{table} unique ({parts})" : $"{table} index {i[0]} ({parts}) partial={i[3]}");
            }
        }

        return facts;
    }

    public static List<string> Column(DbConnection connection, string sql) => [.. Rows(connection, sql).Select(r => r[0])];

    public static List<string> Column(StoreSession session, string sql) => Column(session.Connection, sql);

    public static List<string[]> Rows(StoreSession session, string sql) => Rows(session.Connection, sql);

    public static List<string[]> Rows(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            var row = new string[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? "" : Text(reader.GetValue(i));
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>A value as either store gives it: bytes in hex, dates as SQLite keeps them, truth as 1 and 0.</summary>
    private static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        bool truth => truth ? "1" : "0",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime { TimeOfDay.Ticks: 0 } date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
