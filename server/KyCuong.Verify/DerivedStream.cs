namespace KyCuong.Verify;

/// <summary>The rows of a derived table in the order of the taps they speak of, read as far as the check has come. Not thread-safe.</summary>
internal sealed class DerivedStream : IDisposable
{
    private readonly string _table;
    private readonly string[] _columns;
    private readonly IEnumerator<object?[]> _rows;
    private bool _there;

    /// <param name="store">Where.</param>
    /// <param name="table">One of the derived tables.</param>
    /// <param name="columns">What is read after journal_id and sequence.</param>
    public DerivedStream(Store store, string table, params string[] columns)
    {
        (_table, _columns) = (table, columns);
        _rows = store.Stream($"SELECT journal_id, sequence, {string.Join(", ", columns)} FROM {table} ORDER BY journal_id, sequence").GetEnumerator();
        _there = _rows.MoveNext();
    }

    /// <summary>Rows of this tap, without its key; rows of taps before it, of which there are none, are findings.</summary>
    public List<object?[]> Of(long journal, long sequence, List<Finding> findings)
    {
        var rows = new List<object?[]>(1);
        for (; _there; _there = _rows.MoveNext())
        {
            var (at, place) = ((long)_rows.Current[0]!, (long)_rows.Current[1]!);
            if (at > journal || (at == journal && place > sequence)) break;
            if (at == journal && place == sequence) rows.Add(_rows.Current[2..]);
            else findings.Add(new Finding(FindingKind.DerivedUnknown, FormattableString.Invariant($"{_table} {at}|{place}"), 0));
        }

        return rows;
    }

    /// <summary>No tap is left: neither may be rows.</summary>
    public void End(List<Finding> findings) => Of(long.MaxValue, long.MaxValue, findings);

    /// <summary>Compares with what a row must be; false when another column differs.</summary>
    public bool Is(IReadOnlyList<object?> row, params object?[] expected)
    {
        if (expected.Length != _columns.Length) throw new ArgumentException($"{_table} has {_columns.Length} columns here.", nameof(expected));
        for (var i = 0; i < expected.Length; i++)
        {
            var same = (row[i], expected[i]) switch
            {
                (byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other),
                var (one, other) => Equals(one, other),
            };
            if (!same) return false;
        }

        return true;
    }

    public void Dispose() => _rows.Dispose();
}
