using System.Globalization;
using Npgsql;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// The months of <c>resolved_taps</c>: one that is not there is made in the transaction that needs it first. It is made as
/// a table and then attached, which lets readers of the other months go on; making it a partition at once would not.
/// Not thread-safe: a session's own.
/// </summary>
internal sealed class PostgresPartitions(NpgsqlConnection connection)
{
    private const string Table = "resolved_taps";
    private const string Column = "bucket";
    private static readonly int First = new DateOnly(2000, 1, 1).DayNumber;
    private static readonly int End = new DateOnly(2100, 1, 1).DayNumber;

    private readonly HashSet<string> _needed = [];
    private HashSet<string>? _known;
    private bool _made;
    private int _lastBucket = -1;

    /// <summary>A transaction begins.</summary>
    public void Begin()
    {
        _needed.Clear();
        _lastBucket = -1;
        // What the last one made may have been undone.
        if (_made) _known = null;
        _made = false;
    }

    /// <summary>A row is on its way.</summary>
    public void Need(string table, string[] columns, PostgresRows rows)
    {
        if (table != Table) return;
        var bucket = (int)rows.Columns[Array.IndexOf(columns, Column)]!.LastNumber;
        if (bucket == _lastBucket) return;
        _lastBucket = bucket;
        if (bucket < First || bucket >= End) return;
        var name = Name(DateOnly.FromDayNumber(bucket));
        if (_known is null || !_known.Contains(name)) _needed.Add(name);
    }

    /// <summary>Makes what rows on their way need.</summary>
    public void Make()
    {
        if (_needed.Count == 0) return;
        _known ??= Read();
        foreach (var name in _needed.Where(name => !_known.Contains(name)))
        {
            var first = DateOnly.ParseExact(name.AsSpan(Table.Length + 1), "'y'yyyy'm'MM", CultureInfo.InvariantCulture);
            Execute(string.Create(CultureInfo.InvariantCulture, $"""
                CREATE TABLE {name} (LIKE {Table});
                ALTER TABLE {Table} ATTACH PARTITION {name} FOR VALUES FROM ({first.DayNumber}) TO ({first.AddMonths(1).DayNumber});
                """));
            _known.Add(name);
            _made = true;
        }

        _needed.Clear();
    }

    private static string Name(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{Table}_y{day.Year:0000}m{day.Month:00}");

    private HashSet<string> Read()
    {
        using var command = new NpgsqlCommand($"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{Table}'::regclass", connection);
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    private void Execute(string sql)
    {
#pragma warning disable CA2100 // Names and numbers made above.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
