using Npgsql;

namespace KyCuong.Server.Tests.Store.Postgres;

/// <summary>What one schema of a PostgreSQL database says of its own shape, one line a fact. Partitions are left out.</summary>
internal static class PostgresCatalogue
{
    private const string Tables = "c.relnamespace = 'SCHEMA'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'schema_versions'";

    public static SortedSet<string> Read(NpgsqlConnection connection, string schema)
    {
        var facts = new SortedSet<string>(StringComparer.Ordinal);
        Add("""
            SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                || ' default=' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' identity=' || a.attidentity::text || ' generated=' || a.attgenerated::text
                || ' collation=' || coalesce((SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation), '')
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE TABLES
            """);
        Add("""
            SELECT c.relname || CASE WHEN i.indisprimary THEN ' key (' WHEN i.indisunique THEN ' unique (' ELSE ' index ' || x.relname || ' (' END
                || (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n) FROM generate_series(1, i.indnkeyatts) n)
                || ') partial=' || coalesce(pg_get_expr(i.indpred, i.indrelid), '')
            FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid WHERE TABLES
            """);
        Add("""
            SELECT c.relname || ' ' || pg_get_constraintdef(f.oid)
            FROM pg_class c JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' WHERE TABLES
            """);
        return facts;

        void Add(string sql)
        {
            foreach (var fact in Catalogue.Column(connection, sql.Replace("TABLES", Tables, StringComparison.Ordinal).Replace("SCHEMA", schema, StringComparison.Ordinal)))
                facts.Add(fact.Replace(schema + ".", "", StringComparison.Ordinal));
        }
    }
}
