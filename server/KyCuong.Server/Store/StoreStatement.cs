namespace KyCuong.Server.Store;

/// <summary>
/// A prepared statement of a <see cref="StoreSession"/>, for the paths that carry taps. Parameters (<c>?1</c>, <c>?2</c>, …)
/// are numbered from 1, columns from 0; the text is what SQLite and PostgreSQL both understand. Not thread-safe; used only
/// while its session is.
/// </summary>
public abstract class StoreStatement : IDisposable
{
    /// <summary>Gives a parameter a number.</summary>
    public abstract StoreStatement Bind(int index, long value);

    /// <summary>Gives a parameter a number, or null.</summary>
    public abstract StoreStatement Bind(int index, long? value);

    /// <summary>Gives a parameter yes or no.</summary>
    public abstract StoreStatement Bind(int index, bool value);

    /// <summary>Gives a parameter bytes; they are copied. No bytes are an empty value, not null.</summary>
    public abstract StoreStatement Bind(int index, ReadOnlySpan<byte> value);

    /// <summary>Gives a parameter a text.</summary>
    public abstract StoreStatement Bind(int index, string value);

    /// <summary>Goes to the next row; false, and ready to run again, after the last.</summary>
    /// <exception cref="System.Data.Common.DbException">It failed; the statement is ready to run again.</exception>
    public abstract bool Step();

    /// <summary>Runs to the end and returns how many rows it changed.</summary>
    public abstract int Run();

    /// <summary>
    /// Runs without asking what came of it. What is asked for so, and rows that are added (<see cref="StoreInsert"/>), are
    /// done in the order of asking, at the latest before the next statement of the session that is stepped or run, or the
    /// commit: a store across a network is told of them together.
    /// </summary>
    public abstract void Write();

    /// <summary>Leaves the rows that are left; needed when not stepped to the end.</summary>
    public abstract void Reset();

    /// <summary>A column of the row as a number.</summary>
    public abstract long Number(int column);

    /// <summary>A column of the row as a number, or null.</summary>
    public long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    /// <summary>A column of the row as yes or no.</summary>
    public abstract bool Truth(int column);

    /// <summary>A column of the row as a date.</summary>
    public abstract DateOnly Date(int column);

    /// <summary>A column of the row as bytes; good until the next step.</summary>
    public abstract ReadOnlySpan<byte> Bytes(int column);

    /// <summary>A column of the row as a text.</summary>
    public abstract string Text(int column);

    /// <summary>A column of the row as a text that is likely to be in the cache.</summary>
    public abstract string Text(int column, TextCache known);

    /// <summary>True when the column is null in this row.</summary>
    public abstract bool IsNull(int column);

    /// <inheritdoc />
    public abstract void Dispose();
}
