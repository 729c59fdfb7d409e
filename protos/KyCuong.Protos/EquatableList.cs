using System.Collections;
using System.Collections.Immutable;

namespace KyCuong.Protos;

/// <summary>An immutable list that is equal to another with equal items, so that records holding one compare by value.</summary>
public sealed class EquatableList<T>(ImmutableArray<T> items) : IReadOnlyList<T>, IEquatable<EquatableList<T>>
    where T : IEquatable<T>
{
    /// <summary>A list of these items.</summary>
    public EquatableList(params ReadOnlySpan<T> items) : this(ImmutableArray.Create(items)) { }

    /// <inheritdoc />
    public int Count => items.Length;

    /// <inheritdoc />
    public T this[int index] => items[index];

    /// <summary>The items without a copy.</summary>
    public ReadOnlySpan<T> AsSpan() => items.AsSpan();

    /// <inheritdoc />
    public bool Equals(EquatableList<T>? other) => other is not null && AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
