namespace KyCuong.Server.Store.Sqlite;

/// <summary>Adds rows one by one: a call of SQLite costs less than gathering them would.</summary>
internal sealed class SqliteInsert(SqliteStatement statement) : StoreInsert
{
    public override StoreInsert Bind(int index, long value)
    {
        statement.Bind(index, value);
        return this;
    }

    public override StoreInsert Bind(int index, long? value)
    {
        statement.Bind(index, value);
        return this;
    }

    public override StoreInsert Bind(int index, bool value)
    {
        statement.Bind(index, value);
        return this;
    }

    public override StoreInsert Bind(int index, ReadOnlySpan<byte> value)
    {
        statement.Bind(index, value);
        return this;
    }

    public override StoreInsert Bind(int index, string? value)
    {
        if (value is null) statement.Bind(index, (long?)null);
        else statement.Bind(index, value);
        return this;
    }

    public override void Add() => statement.Run();

    public override void Dispose() => statement.Dispose();
}
