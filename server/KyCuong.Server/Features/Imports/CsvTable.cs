using System.Text;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// Rows of a CSV text: RFC 4180 quotes, LF or CRLF, comma or semicolon (whichever the first row has more of). Blank rows
/// are skipped. Pure; one pass, one row in memory.
/// </summary>
internal static class CsvTable
{
    /// <summary>Characters in a cell.</summary>
    public const int LongestCell = 4_096;

    /// <summary>Cells in a row.</summary>
    public const int MostCells = 64;

    /// <summary>The rows in order, the header first. After a row whose quote never closes there is none.</summary>
    public static IEnumerable<TableRow> Read(string text)
    {
        var at = text.StartsWith('\uFEFF') ? 1 : 0;
        var separator = SeparatorOf(text, at);
        var line = 1;
        while (at < text.Length)
        {
            var row = ReadRow(text, separator, ref at, ref line);
            if (row.Fault is not null || row.Cells.Any(cell => cell is not null)) yield return row;
        }
    }

    private static char SeparatorOf(string text, int at)
    {
        var (commas, semicolons, quoted) = (0, 0, false);
        for (; at < text.Length && (quoted || text[at] is not ('\n' or '\r')); at++)
        {
            if (text[at] == '"') quoted = !quoted;
            else if (!quoted && text[at] == ',') commas++;
            else if (!quoted && text[at] == ';') semicolons++;
        }

        return semicolons > commas ? ';' : ',';
    }

    private static TableRow ReadRow(string text, char separator, ref int at, ref int line)
    {
        var first = line;
        var cells = new List<string?>();
        var cell = new StringBuilder();
        string? fault = null;
        while (true)
        {
            cell.Clear();
            if (at < text.Length && text[at] == '"')
            {
                if (!ReadQuoted(text, cell, ref at, ref line)) return new TableRow(first, [], ImportText.Get("csv.openQuote"));
                if (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r')) fault ??= ImportText.Get("csv.afterQuote");
            }

            while (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r'))
            {
                if (text[at] == '"') fault ??= ImportText.Get("csv.strayQuote");
                cell.Append(text[at++]);
            }

            if (cell.Length > LongestCell) fault ??= ImportText.Get("table.longCell", LongestCell);
            cells.Add(TableText.Clean(cell.ToString()));
            if (at < text.Length && text[at] == separator)
            {
                at++;
                continue;
            }

            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] == '\n') at++;
            line++;
            if (cells.Count > MostCells) fault ??= ImportText.Get("table.manyCells", MostCells);
            return new TableRow(first, fault is null ? [.. cells] : [], fault);
        }
    }

    /// <summary>From an opening quote past the closing one; false when there is none.</summary>
    private static bool ReadQuoted(string text, StringBuilder cell, ref int at, ref int line)
    {
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '\n') line++;
            if (text[at] != '"') cell.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[++at]);
            else
            {
                at++;
                return true;
            }
        }

        return false;
    }
}
