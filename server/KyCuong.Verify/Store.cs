using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KyCuong.Verify;

/// <summary>
/// A server's store, opened to read and seen as it is at one moment, be the server at work or not. Values come as
/// <see cref="long"/>, <see cref="string"/>, byte[] or null, whatever the store. Not thread-safe.
/// </summary>
internal sealed class Store : IDisposable
{
    /// <summary>Rows in memory of each question that is read a page at a time.</summary>
    private const int CursorRows = 5_000;

    private readonly DbConnection _connection;
    private readonly DbTransaction _moment;
    private readonly bool _sqlite;
    private bool _owns = true;
    private int _cursors;
    private bool? _hasErasures;

    private Store(DbConnection connection, DbTransaction moment)
    {
        _connection = connection;
        _moment = moment;
        _sqlite = connection is SqliteConnection;
    }

    /// <summary>A SQLite file: a live one, or a copy.</summary>
    public static Store OpenFile(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        connection.Open();
        return new Store(connection, connection.BeginTransaction(deferred: true));
    }

    /// <summary>A database of PostgreSQL, in Npgsql's words.</summary>
    public static Store OpenPostgres(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        return new Store(connection, connection.BeginTransaction(IsolationLevel.RepeatableRead));
    }

    /// <summary>As an open transaction sees it, which stays the caller's.</summary>
    public static Store Inside(DbTransaction moment) => new(moment.Connection!, moment) { _owns = false };

    /// <summary>Names of all tables.</summary>
    public IReadOnlyList<string> Tables() => [.. Values(_sqlite
        ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        : "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1").Select(row => (string)row[0]!)];

    /// <summary>Columns of a table's primary key, in order.</summary>
    public IReadOnlyList<string> KeyOf(string table) => [.. Values(_sqlite
        ? $"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"
        : $"""
          SELECT a.attname::text FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
          WHERE i.indisprimary AND i.indrelid = '{table}'::regclass ORDER BY k.place
          """).Select(row => (string)row[0]!)];

    /// <summary>All rows of a table.</summary>
    public IEnumerable<IReadOnlyDictionary<string, object?>> Rows(string table, string? order = null)
    {
        using var command = Command($"SELECT * FROM {table}{(order is null ? "" : $" ORDER BY {order}")}");
        using var reader = command.ExecuteReader();
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        while (reader.Read())
        {
            var row = new Dictionary<string, object?>(names.Length, StringComparer.Ordinal);
            for (var i = 0; i < names.Length; i++) row.Add(names[i], Plain(reader.GetValue(i)));
            yield return row;
        }
    }

    /// <summary>All rows of a table, while other questions are asked.</summary>
    public IEnumerable<IReadOnlyDictionary<string, object?>> Stream(string table, string order)
    {
        var names = Columns(table);
        foreach (var values in Stream($"SELECT {string.Join(", ", names)} FROM {table} ORDER BY {order}"))
        {
            var row = new Dictionary<string, object?>(names.Count, StringComparer.Ordinal);
            for (var i = 0; i < names.Count; i++) row.Add(names[i], values[i]);
            yield return row;
        }
    }

    /// <summary>The rows of a question, while others are asked.</summary>
    public IEnumerable<object?[]> Stream(string sql) => _sqlite ? Direct(sql) : ByCursor(sql);

    /// <summary>How many rows a table has.</summary>
    public long Count(string table, string where = "") => (long)Values($"SELECT count(*) FROM {table} {where}").Single()[0]!;

    /// <summary>The log, in order.</summary>
    public IEnumerable<LogEntry> LogEntries()
    {
        using var command = Command("SELECT number, at_us, agency_id, kind, subject, row_key, salt, digest, hash FROM log_entries ORDER BY number");
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return new LogEntry(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetString(4), reader.GetString(5),
                reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<byte[]>(7), reader.GetFieldValue<byte[]>(8));
    }

    /// <summary>Entries of a journal, taps and others, in order, while other questions are asked.</summary>
    public IEnumerable<JournalEntry> Entries(long journal)
    {
        foreach (var row in Stream(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT sequence, agency_id, hash, received_us, {(_sqlite ? "backlog" : "backlog::int")}, wall_clock_us, boot_time_us, boot_id, server_minus_boot_us, uncertainty_us,
                   sample_age_us, reader, badge, technology, raw_length, direction, direction_source, staff_code, claim, NULL AS kind, NULL AS encoding
            FROM taps WHERE journal_id = {journal}
            UNION ALL
            SELECT sequence, agency_id, hash, received_us, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, kind, encoding
            FROM kiosk_events WHERE journal_id = {journal}
            {(HasErasures ? Erased(journal) : "")}
            ORDER BY 1
            """)))
        {
            var encoding = (byte[]?)row[20];
            var tap = encoding is not null || row[5] is null ? null : new TapColumns(
                (long)row[5]!, (long)row[6]!, (byte[])row[7]!, (long?)row[8], (long?)row[9], (long?)row[10], (string)row[11]!, (byte[])row[12]!,
                (long)row[13]!, (long)row[14]!, (long)row[15]!, (long)row[16]!, (string?)row[17], (long?)row[18]);
            yield return new JournalEntry((long)row[0]!, (long)row[1]!, (byte[])row[2]!, (long)row[3]!, (long?)row[4] ?? -1, tap, (long?)row[19] ?? 0, encoding);
        }
    }

    /// <summary>What the kiosk signed of a journal, in order.</summary>
    public IReadOnlyList<Head> Heads(long journal) => [.. Values(string.Create(CultureInfo.InvariantCulture,
        $"SELECT sequence, hash, signed_us, thumbprint, signature, received_us FROM journal_heads WHERE journal_id = {journal} ORDER BY 1, 2"))
        .Select(row => new Head((long)row[0]!, (byte[])row[1]!, (long)row[2]!, (byte[])row[3]!, (byte[])row[4]!, (long)row[5]!))];

    /// <summary>Journals of which entries came that contradict those stored.</summary>
    public IReadOnlyList<Fork> Forks() => [.. Values(
        "SELECT j.kiosk_id, j.epoch, min(c.sequence), count(*) FROM journal_conflicts c JOIN journals j ON j.journal_id = c.journal_id GROUP BY j.kiosk_id, j.epoch ORDER BY 1, 2")
        .Select(row => new Fork((long)row[0]!, Convert.ToHexStringLower((byte[])row[1]!), (long)row[2]!, (long)row[3]!))];

    /// <summary>What contradicts a journal, be its content erased: sequence and hash.</summary>
    public IEnumerable<(long Sequence, string Hash)> Conflicts(long journal) => Values(string.Create(CultureInfo.InvariantCulture,
        $"SELECT sequence, hash FROM journal_conflicts WHERE journal_id = {journal}{(HasErasures ? $" UNION ALL SELECT e.sequence, e.hash FROM journals j JOIN erased_entries e ON e.kiosk_id = j.kiosk_id AND e.epoch = j.epoch WHERE j.journal_id = {journal} AND e.received_us IS NULL" : "")}")).Select(row => ((long)row[0]!, Convert.ToHexString((byte[])row[1]!)));

    /// <summary>False for a store of an earlier schema: nothing was erased from it.</summary>
    public bool HasErasures => _hasErasures ??= Tables().Contains("erased_entries");

    /// <summary>Holes of a journal, in order.</summary>
    public IReadOnlyList<Gap> Gaps(long journal) => [.. Values(string.Create(CultureInfo.InvariantCulture,
        $"SELECT first_sequence, last_sequence, CASE WHEN declared_us IS NULL THEN 0 ELSE 1 END, agency_id FROM journal_gaps WHERE journal_id = {journal} ORDER BY 1"))
        .Select(row => new Gap((long)row[0]!, (long)row[1]!, (long)row[2]! == 1, (long)row[3]!))];

    public void Dispose()
    {
        if (!_owns) return;
        _moment.Dispose();
        _connection.Dispose();
    }

    private string Erased(long journal) => string.Create(CultureInfo.InvariantCulture, $"""
        UNION ALL
        SELECT e.sequence, e.agency_id, e.hash, e.received_us, {(_sqlite ? "e.backlog" : "e.backlog::int")}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM journals j JOIN erased_entries e ON e.kiosk_id = j.kiosk_id AND e.epoch = j.epoch WHERE j.journal_id = {journal} AND e.received_us IS NOT NULL
        """);

    private List<string> Columns(string table)
    {
        using var command = Command($"SELECT * FROM {table} LIMIT 0");
        using var reader = command.ExecuteReader();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    private IEnumerable<object?[]> Direct(string sql)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return Plain(reader);
    }

    // A connection of PostgreSQL answers one question at a time: its rows come in pages.
    private IEnumerable<object?[]> ByCursor(string sql)
    {
        var name = FormattableString.Invariant($"verify_{++_cursors}");
        using (var declare = Command($"DECLARE {name} NO SCROLL CURSOR FOR {sql}")) declare.ExecuteNonQuery();
        List<object?[]> page;
        do
        {
            page = Values(FormattableString.Invariant($"FETCH {CursorRows} FROM {name}"));
            foreach (var row in page) yield return row;
        }
        while (page.Count == CursorRows);
        using var close = Command($"CLOSE {name}");
        close.ExecuteNonQuery();
    }

    private static object?[] Plain(DbDataReader reader)
    {
        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = Plain(reader.GetValue(i));
        return row;
    }

    private List<object?[]> Values(string sql)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read()) rows.Add(Plain(reader));
        return rows;
    }

    private DbCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _moment;
#pragma warning disable CA2100 // Names of tables of the catalogue and numbers.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 0;
        return command;
    }

    private static object? Plain(object value) => value switch
    {
        DBNull => null,
        long or string or byte[] => value,
        bool or int or short => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        // A number with a fraction, which no column holds: never equal to what was logged.
        _ => FormattableString.Invariant($"{value.GetType().Name} {value}"),
    };
}

/// <summary>An entry of a journal: a tap's columns, or the encoding of what is none.</summary>
internal sealed record JournalEntry(long Sequence, long Agency, byte[] Hash, long ReceivedUs, long Backlog, TapColumns? Tap, long Kind, byte[]? Encoding)
{
    /// <summary>In which write of the log it came (<see cref="Run.Write"/>); null: not asked, or the log does not know it.</summary>
    public long? Write { get; init; }

    /// <summary>Its content was erased; that it came, and its hash, stay.</summary>
    public bool IsErased => Tap is null && Encoding is null;
}

/// <summary>What a tap's hash is over.</summary>
internal sealed record TapColumns(
    long WallClockUs, long BootTimeUs, byte[] BootId, long? ServerMinusBootUs, long? UncertaintyUs, long? SampleAgeUs, string Reader, byte[] Badge,
    long Technology, long RawLength, long Direction, long DirectionSource, string? StaffCode, long? Claim);

/// <summary>A journal that contradicts itself: the first such sequence, and how many entries contradict.</summary>
internal sealed record Fork(long Kiosk, string Epoch, long First, long Entries);

/// <summary>A hole in a journal.</summary>
internal sealed record Gap(long First, long Last, bool Declared, long Agency);
