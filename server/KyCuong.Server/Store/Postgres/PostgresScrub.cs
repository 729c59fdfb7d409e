using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// Writes every table anew so that nothing of what was deleted is left in the database's files: rows that nobody sees any more, and what
/// PostgreSQL noted of them for its planner (<c>pg_statistic</c> keeps values as they are, names and badge hashes too). Its write-ahead log, replicas and
/// copies are the administrator's.
/// </summary>
internal static partial class PostgresScrub
{
    /// <summary>How long is waited for others at first, and then twice as long each time.</summary>
    private const double FirstPauseSeconds = 0.1;

    /// <summary>The last wait at most; 13 s in all.</summary>
    private const double LongestPauseSeconds = 7;

    /// <summary>Does it; everybody waits meanwhile.</summary>
    /// <param name="connection">Its notices bring details. Nobody writes meanwhile.</param>
    /// <param name="statistics">False when the account may not write PostgreSQL's statistics anew, for it does not own the database.</param>
    /// <returns>False when somebody still sees what was deleted, so that it was kept.</returns>
    public static bool Run(NpgsqlConnection connection, out bool statistics)
    {
        foreach (var table in Rows(connection, OwnTables)) ForgetIfEmpty(connection, table[0]);
        var tables = Rows(connection, "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'").ConvertAll(table => table[0]);
        statistics = Rows(connection, "SELECT 1::text FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, 'USAGE')").Count == 1;
        // Those of the tables are of what is there now; the old ones lie beside them until this.
        if (statistics) tables.Add("pg_catalog.pg_statistic");
        for (var pause = FirstPauseSeconds; ; pause *= 2)
        {
            tables = tables.FindAll(table => WriteAnew(connection, table) > 0);
            if (tables.Count == 0) return true;
            if (pause > LongestPauseSeconds) return false;
            // Most who look, PostgreSQL's own tidying among them, are gone in a moment.
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_sleep({pause})"));
        }
    }

    /// <summary>Tables of which statistics hold texts or bytes; of partitions they hold numbers alone.</summary>
    private const string OwnTables = """
        SELECT DISTINCT c.relname::text FROM pg_stats s JOIN pg_class c ON c.relnamespace = s.schemaname::regnamespace AND c.relname = s.tablename AND c.relkind = 'r' AND NOT c.relispartition
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname AND a.atttypid IN ('text'::regtype, 'bytea'::regtype)
        WHERE s.schemaname = current_schema()
        """;

    /// <summary>
    /// Rewrites a table and notes anew what is in it. The number of rows that nobody sees any more and that were kept for
    /// the sake of a transaction that began before they were deleted.
    /// </summary>
    private static long WriteAnew(NpgsqlConnection connection, string table)
    {
        long kept = 0;
        connection.Notice += Take;
        try
        {
            Execute(connection, $"VACUUM (FULL, ANALYZE, VERBOSE) {table}");
        }
        finally
        {
            connection.Notice -= Take;
        }

        return kept;

        // "0 dead row versions cannot be removed yet.": the one number of that line, in whatever language.
        void Take(object sender, NpgsqlNoticeEventArgs said)
        {
            if (said.Notice.Detail is { } detail && FirstNumber().Match(detail.Split('\n')[0]) is { Success: true } number)
                kept += long.Parse(number.ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>
    /// Of a table without rows PostgreSQL notes nothing new and keeps what it noted before. It forgets that of a column that is given a type, be it
    /// the same one; which it does not take while a trigger's condition names the column.
    /// </summary>
    private static void ForgetIfEmpty(NpgsqlConnection connection, string table)
    {
        using var change = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        Execute(connection, $"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        if (Rows(connection, $"SELECT 'has rows' FROM {table} LIMIT 1").Count > 0) return;
        var triggers = Rows(connection, $"SELECT tgname::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal");
        foreach (var trigger in triggers) Execute(connection, $"DROP TRIGGER {trigger[0]} ON {table}");
        foreach (var column in Rows(connection, $"""
            SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation = 0 THEN '' ELSE ' COLLATE ' || a.attcollation::regcollation::text END
            FROM pg_attribute a WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('text'::regtype, 'bytea'::regtype)
            """))
            Execute(connection, $"ALTER TABLE {table} ALTER COLUMN {column[0]} TYPE {column[1]}{column[2]}");
        foreach (var trigger in triggers) Execute(connection, trigger[1]);
        change.Commit();
    }

    private static List<string[]> Rows(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Names from the catalogue.
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Names from the catalogue.
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex FirstNumber();
}
