using System.Globalization;
using KyCuong.Server.Store.Postgres;
using Npgsql;

namespace KyCuong.Crash;

/// <summary>
/// A store on PostgreSQL looked at from outside: its schema, and its rows as text, so that two can be compared. What <see cref="SchemaFile"/>
/// is to a file.
/// </summary>
internal static class PostgresSchema
{
    // Partitions are made as months come: neither they nor what hangs on them is of the schema.
    private const string Own = "c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition";

    private static readonly string[] Facts =
    [
        $"SELECT c.relkind::text || ' ' || c.relname FROM pg_class c WHERE {Own} AND c.relkind <> 'i'",
        $"""
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull::text || a.attidentity::text || ' ' || a.attcollation::regcollation::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE {Own} AND c.relkind IN ('r', 'p', 'v', 'm')
        """,
        $"SELECT c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid) FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid WHERE {Own}",
        $"SELECT pg_get_indexdef(c.oid) FROM pg_class c WHERE {Own} AND c.relkind IN ('i', 'I')",
        $"SELECT pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal WHERE {Own}",
        "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace",
    ];

    /// <summary>What the database says of its schema; 0: it has none.</summary>
    public static int Version(string database) => Open(database, connection =>
        Column(connection, "SELECT 1 FROM pg_class c WHERE c.relname = 'schema_versions'").Count == 0 ? 0 : int.Parse(Column(connection, "SELECT coalesce(max(number), 0) FROM schema_versions").Single(), CultureInfo.InvariantCulture));

    /// <summary>Every table, column, constraint, index, trigger and function, one a line.</summary>
    public static List<string> Catalogue(string database) => Open<List<string>>(database, connection => [.. Facts.SelectMany(fact => Column(connection, fact)).Order(StringComparer.Ordinal)]);

    /// <summary>Makes an empty database a store of this schema.</summary>
    public static void Make(string database, int version) => Open(database, connection => PostgresMigrator.Migrate(connection, database, [.. PostgresMigrator.Shipped.Take(version)], 0, _ => { }));

    /// <summary>Gives a store of an earlier schema the rows of a newer one, as far as it has tables and columns for them. Its log is left out: it speaks of what is not there.</summary>
    public static void Fill(string database, string newer)
    {
        using var from = Connect(newer);
        using var to = Connect(database);
        // Neither triggers nor the order of the tables are in the way.
        Execute(to, "SET session_replication_role = replica");
        foreach (var partition in Column(from, "SELECT oid::regclass::text || ' PARTITION OF resolved_taps ' || pg_get_expr(relpartbound, oid) FROM pg_class WHERE relispartition AND relkind = 'r'"))
            Execute(to, $"CREATE TABLE IF NOT EXISTS {partition}");
        var newest = Shapes(from);
        foreach (var (table, has) in Shapes(to).Where(shape => newest.ContainsKey(shape.Key)))
        {
            var columns = string.Join(", ", has.Intersect(newest[table]));
            using var rows = from.BeginRawBinaryCopy($"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT BINARY)");
            using var copy = to.BeginRawBinaryCopy($"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)");
            rows.CopyTo(copy);
        }
    }

    /// <summary>Every row of every table that both have, in the columns that both have, one a line with its table before it.</summary>
    /// <param name="database">Whose rows.</param>
    /// <param name="as">Whose tables and columns besides.</param>
    /// <param name="but">Columns that are left out, <c>table.column</c>.</param>
    public static List<string> Rows(string database, string @as, params string[] but)
    {
        var shapes = Open(@as, Shapes);
        return Open(database, connection =>
        {
            var rows = new List<string>();
            foreach (var (table, has) in Shapes(connection).Where(shape => shapes.ContainsKey(shape.Key)))
            {
                var columns = has.Intersect(shapes[table]).Where(column => !but.Contains($"{table}.{column}"));
                rows.AddRange(Column(connection, $"SELECT '{table} ' || ROW({string.Join(", ", columns)})::text FROM {table}").Order(StringComparer.Ordinal));
            }

            return rows;
        });
    }

    /// <summary>Runs statements.</summary>
    public static void Run(string database, string sql) => Open(database, connection =>
    {
        Execute(connection, sql);
        return 0;
    });

    private static T Open<T>(string database, Func<NpgsqlConnection, T> look)
    {
        using var connection = Connect(database);
        return look(connection);
    }

    private static NpgsqlConnection Connect(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Names of this program's own tables, and what releases left.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Tables and their columns; without the log and what says which migrations ran.</summary>
    private static SortedDictionary<string, List<string>> Shapes(NpgsqlConnection connection)
    {
        var shapes = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var table in Column(connection, $"SELECT c.relname FROM pg_class c WHERE {Own} AND c.relkind IN ('r', 'p') AND c.relname NOT IN ('log_entries', 'schema_versions')"))
            shapes.Add(table, Column(connection, $"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"));
        return shapes;
    }

    private static List<string> Column(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Names of this program's own tables.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        return values;
    }
}
