using System.Text;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// A file of rows under a header, CSV or XLSX: columns by name in any order, required ones present, no name twice and none
/// unknown. Immutable.
/// </summary>
internal sealed class TableFile
{
    /// <summary>Bytes in a file.</summary>
    public const long LargestFile = 256L << 20;

    /// <summary>Rows in a file.</summary>
    public const int MostRows = 3_000_000;

    private readonly Dictionary<string, int> _columns;

    private TableFile(Dictionary<string, int> columns, List<TableRow> rows)
    {
        _columns = columns;
        Rows = rows;
    }

    /// <summary>The rows under the header that have cells.</summary>
    public IReadOnlyList<TableRow> Rows { get; }

    /// <summary>True when the file has this column.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>The cell of a column, null when empty or when the file does not have it.</summary>
    public string? Cell(TableRow row, string column) =>
        _columns.TryGetValue(column, out var index) && index < row.Cells.Length ? row.Cells[index] : null;

    /// <summary>Reads and checks the shape; rows that break it are problems.</summary>
    /// <exception cref="CommandException">The file or its header cannot be used at all; the message says why.</exception>
    public static TableFile Read(byte[] content, string name, string[] required, string[] optional, ProblemList problems)
    {
        using var rows = RowsOf(content, name).GetEnumerator();
        if (!rows.MoveNext()) throw new CommandException(ImportText.Get("table.empty", name, string.Join(",", required)));
        if (rows.Current.Fault is { } fault) throw new CommandException(ImportText.Get("table.badHeader", name, fault));
        var columns = Header(rows.Current.Cells, name, required, optional);
        var kept = new List<TableRow>();
        while (rows.MoveNext())
        {
            var row = rows.Current;
            if (kept.Count >= MostRows) throw new CommandException(ImportText.Get("table.manyRows", name, MostRows));
            if (row.Fault is not null) problems.Add(row.Line, "", "", row.Fault);
            else if (row.Cells.AsSpan(Math.Min(columns.Count, row.Cells.Length)).ContainsAnyExcept((string?)null))
                problems.Add(row.Line, "", row.Cells[^1] ?? "", ImportText.Get("table.extraCells", row.Cells.Length, columns.Count));
            else kept.Add(row);
        }

        return new TableFile(columns, kept);
    }

    private static IEnumerable<TableRow> RowsOf(byte[] content, string name)
    {
        if (XlsxTable.LooksLike(content) || name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase)) return XlsxTable.Read(content, name);
        // The old binary format, whatever it is called.
        if (content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0])) throw new CommandException(ImportText.Get("xls", name));
        try
        {
            return CsvTable.Read(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content));
        }
        catch (DecoderFallbackException error)
        {
            var line = content.AsSpan(0, Math.Max(0, Math.Min(error.Index, content.Length))).Count((byte)'\n') + 1;
            throw new CommandException(ImportText.Get("csv.notUtf8", name, line), error);
        }
    }

    private static Dictionary<string, int> Header(string?[] cells, string name, string[] required, string[] optional)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        var width = Array.FindLastIndex(cells, cell => cell is not null) + 1;
        var known = string.Join(", ", required.Concat(optional));
        for (var i = 0; i < width; i++)
        {
            var column = cells[i]?.ToLowerInvariant() ?? "";
            if (!required.Contains(column) && !optional.Contains(column)) throw new CommandException(ImportText.Get("table.unknownColumn", name, cells[i] ?? "", i + 1, known));
            if (!columns.TryAdd(column, i)) throw new CommandException(ImportText.Get("table.columnTwice", name, column));
        }

        foreach (var column in required)
            if (!columns.ContainsKey(column)) throw new CommandException(ImportText.Get("table.missingColumn", name, column, known));
        return columns;
    }
}
