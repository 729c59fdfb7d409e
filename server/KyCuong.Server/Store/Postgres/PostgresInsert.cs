using Npgsql;
using NpgsqlTypes;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// Gathers rows by column and sends them as arrays, one statement for all: a round trip costs what thousands of rows do.
/// </summary>
internal sealed class PostgresInsert(PostgresSession session, string table, string columns, string? onConflict) : StoreInsert
{
    private readonly string[] _names = columns.Split(',', StringSplitOptions.TrimEntries);
    private PostgresRows? _rows;
    private int _bound;
    private string? _text;

    public override StoreInsert Bind(int index, long value) => Bind(index, (long?)value);

    public override StoreInsert Bind(int index, long? value)
    {
        Column<long?>(index, NpgsqlDbType.Bigint).Add(value);
        return this;
    }

    public override StoreInsert Bind(int index, bool value)
    {
        Column<bool>(index, NpgsqlDbType.Boolean).Add(value);
        return this;
    }

    public override StoreInsert Bind(int index, ReadOnlySpan<byte> value)
    {
        Column<byte[]>(index, NpgsqlDbType.Bytea).Add(value.ToArray());
        return this;
    }

    public override StoreInsert Bind(int index, string? value)
    {
        Column<string?>(index, NpgsqlDbType.Text).Add(value);
        return this;
    }

    public override void Add()
    {
        if (_bound != _names.Length) throw new InvalidOperationException($"A row of {table} has {_names.Length} columns, {_bound} were given.");
        _bound = 0;
        _rows!.Count++;
        session.Added(table, _names, _rows);
    }

    public override void Dispose()
    {
        // Rows that are still to be sent belong to the session.
    }

    /// <summary>The statement for rows of these kinds, the same text each time, so that the server prepares it.</summary>
    internal string Text(PostgresRows rows)
    {
        if (_text is not null) return _text;
        var arrays = string.Join(", ", rows.Columns.Select((column, place) => $"${place + 1}::{column!.TypeName}[]"));
        var conflict = onConflict is null ? "" : $" ON CONFLICT {onConflict}";
        return _text = $"INSERT INTO {table} ({string.Join(", ", _names)}) SELECT * FROM unnest({arrays}){conflict}";
    }

    private List<T> Column<T>(int index, NpgsqlDbType type)
    {
        // Rows added before something else was asked for are done before it, those after it after it.
        if (_bound == 0 && (_rows is null || !session.IsOpen(_rows))) session.Queue(_rows = new PostgresRows(this, _names.Length));
        _bound++;
        var column = _rows!.Columns[index - 1] ??= new PostgresColumn<T>(type);
        return ((PostgresColumn<T>)column).Values;
    }
}

/// <summary>Rows of one table on their way to the store, by column.</summary>
internal sealed class PostgresRows(PostgresInsert insert, int columns)
{
    public PostgresColumn?[] Columns { get; } = new PostgresColumn?[columns];

    public int Count { get; set; }

    public NpgsqlBatchCommand ToCommand()
    {
        var command = new NpgsqlBatchCommand(insert.Text(this));
        foreach (var column in Columns) command.Parameters.Add(column!.ToParameter());
        return command;
    }
}

/// <summary>The values of one column.</summary>
internal abstract class PostgresColumn
{
    public abstract string TypeName { get; }

    /// <summary>The value added last, as a number.</summary>
    public abstract long LastNumber { get; }

    public abstract NpgsqlParameter ToParameter();
}

/// <inheritdoc />
internal sealed class PostgresColumn<T>(NpgsqlDbType type) : PostgresColumn
{
    public List<T> Values { get; } = [];

    public override string TypeName => type switch
    {
        NpgsqlDbType.Bigint => "bigint",
        NpgsqlDbType.Boolean => "boolean",
        NpgsqlDbType.Bytea => "bytea",
        NpgsqlDbType.Text => "text",
        _ => throw new InvalidOperationException($"No column has type {type}."),
    };

    public override long LastNumber => Values is List<long?> numbers ? numbers[^1]!.Value : throw new InvalidOperationException("The column holds no numbers.");

    public override NpgsqlParameter ToParameter() => new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = Values };
}
