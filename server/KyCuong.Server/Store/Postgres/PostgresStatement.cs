using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace KyCuong.Server.Store.Postgres;

/// <summary>
/// A command of Npgsql, prepared by the server once it is used again. When its session is asked for something else while
/// rows are left, they are read into memory first: PostgreSQL answers one question at a time.
/// </summary>
internal sealed partial class PostgresStatement : StoreStatement
{
    private readonly PostgresSession _session;
    private readonly NpgsqlCommand _command;
    private readonly Queue<object[]> _kept = new();
    private NpgsqlDataReader? _reader;
    private object[]? _row;
    private bool _running;
    private bool _onRow;

    public PostgresStatement(PostgresSession session, string sql)
    {
        _session = session;
        var parameters = 0;
        var text = Placeholder().Replace(sql, found =>
        {
            parameters = Math.Max(parameters, int.Parse(found.ValueSpan[1..], System.Globalization.CultureInfo.InvariantCulture));
            return string.Concat("$", found.ValueSpan[1..]);
        });
#pragma warning disable CA2100 // The texts are constants of the callers; values are parameters.
        _command = new NpgsqlCommand(text, session.Npgsql);
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++) _command.Parameters.Add(new NpgsqlParameter());
    }

    public override StoreStatement Bind(int index, long value) => Bind(index, NpgsqlDbType.Bigint, value);

    public override StoreStatement Bind(int index, long? value) => Bind(index, NpgsqlDbType.Bigint, value is { } number ? number : DBNull.Value);

    public override StoreStatement Bind(int index, bool value) => Bind(index, NpgsqlDbType.Boolean, value);

    public override StoreStatement Bind(int index, ReadOnlySpan<byte> value) => Bind(index, NpgsqlDbType.Bytea, value.ToArray());

    public override StoreStatement Bind(int index, string value) => Bind(index, NpgsqlDbType.Text, value);

    public override bool Step()
    {
        if (!_running)
        {
            _session.Enter(this);
            try
            {
                _reader = _command.ExecuteReader();
            }
            catch (ObjectDisposedException)
            {
                // It would say so for ever, on a connection that answers others.
                _session.End();
                throw;
            }

            _running = true;
        }

        try
        {
            if (_reader is { } reader) _onRow = reader.Read();
            else _onRow = _kept.TryDequeue(out _row);
        }
        catch
        {
            Reset();
            throw;
        }

        if (!_onRow) Reset();
        return _onRow;
    }

    public override int Run()
    {
        _session.Enter(null);
        return _command.ExecuteNonQuery();
    }

    public override void Write()
    {
        var command = new NpgsqlBatchCommand(_command.CommandText);
        foreach (NpgsqlParameter parameter in _command.Parameters)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = parameter.NpgsqlDbType, Value = parameter.Value });
        _session.Queue(command);
    }

    public override void Reset()
    {
        var reader = _reader;
        _reader = null;
        _kept.Clear();
        _row = null;
        _running = _onRow = false;
        reader?.Dispose();
        _session.Left(this);
    }

    public override long Number(int column) => _row is { } row ? Convert.ToInt64(row[column], System.Globalization.CultureInfo.InvariantCulture) : _reader!.GetInt64(column);

    public override bool Truth(int column) => _row is { } row ? (bool)row[column] : _reader!.GetBoolean(column);

    public override DateOnly Date(int column) => _row is { } row ? (DateOnly)row[column] : _reader!.GetFieldValue<DateOnly>(column);

    public override ReadOnlySpan<byte> Bytes(int column)
    {
        if (IsNull(column)) return default;
        return _row is { } row ? (byte[])row[column] : _reader!.GetFieldValue<byte[]>(column);
    }

    public override string Text(int column) => _row is { } row ? (string)row[column] : _reader!.GetString(column);

    public override string Text(int column, TextCache known) => Text(column);

    public override bool IsNull(int column) => _row is { } row ? row[column] is DBNull : _reader!.IsDBNull(column);

    public override void Dispose()
    {
        Reset();
        _command.Dispose();
    }

    /// <summary>Takes the rows that are left into memory; the row it stands on stays.</summary>
    internal void Settle()
    {
        if (_reader is not { } reader) return;
        if (_onRow) _row = Values(reader);
        while (reader.Read()) _kept.Enqueue(Values(reader));
        _reader = null;
        reader.Dispose();
    }

    private static object[] Values(NpgsqlDataReader reader)
    {
        var row = new object[reader.FieldCount];
        reader.GetValues(row);
        return row;
    }

    private PostgresStatement Bind(int index, NpgsqlDbType type, object value)
    {
        var parameter = _command.Parameters[index - 1];
        parameter.NpgsqlDbType = type;
        parameter.Value = value;
        return this;
    }

    [GeneratedRegex(@"\?\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
