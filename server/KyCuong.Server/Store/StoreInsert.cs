namespace KyCuong.Server.Store;

/// <summary>
/// Adds rows to one table, when <see cref="StoreStatement.Write"/> would. Columns are numbered from 1; each is given before
/// each row. Not thread-safe; used only while its session is.
/// </summary>
public abstract class StoreInsert : IDisposable
{
    /// <summary>Gives a column of the next row a number.</summary>
    public abstract StoreInsert Bind(int index, long value);

    /// <summary>Gives a column of the next row a number, or null.</summary>
    public abstract StoreInsert Bind(int index, long? value);

    /// <summary>Gives a column of the next row yes or no.</summary>
    public abstract StoreInsert Bind(int index, bool value);

    /// <summary>Gives a column of the next row bytes; they are copied. No bytes are an empty value, not null.</summary>
    public abstract StoreInsert Bind(int index, ReadOnlySpan<byte> value);

    /// <summary>Gives a column of the next row a text, or null.</summary>
    public abstract StoreInsert Bind(int index, string? value);

    /// <summary>Adds the row.</summary>
    public abstract void Add();

    /// <inheritdoc />
    public abstract void Dispose();
}
