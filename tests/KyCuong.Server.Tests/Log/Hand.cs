using KyCuong.Server.Tests.Store;

namespace KyCuong.Server.Tests.Log;

/// <summary>What a hand in the database writes: values of rows as SQL of the store at hand.</summary>
internal static class Hand
{
    /// <summary>Whether two values of a column are one.</summary>
    public static bool Same(object? one, object? other) => Literal(one) == Literal(other);

    /// <summary>The condition that finds a row by its key.</summary>
    public static string Where(IEnumerable<string> keys, IReadOnlyDictionary<string, object?> row) => string.Join(" AND ", keys.Select(key => $"{key} = {Literal(row[key])}"));

    /// <summary>A value of a row.</summary>
    public static string Literal(object? value) => value switch
    {
        null => "NULL",
        // In PostgreSQL a quoted number is also a boolean's.
        long number => TestStores.Kind == Server.Store.StoreKind.Sqlite ? Invariant($"{number}") : Invariant($"'{number}'"),
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        byte[] bytes => TestStores.Kind == Server.Store.StoreKind.Sqlite ? $"X'{Convert.ToHexString(bytes)}'" : $"'\\x{Convert.ToHexString(bytes)}'",
        _ => throw new ArgumentException($"{value} is no value of a store.", nameof(value)),
    };

    /// <summary>A text without a culture.</summary>
    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
