using System.Text;

namespace KyCuong.Fuzz.References;

/// <summary>
/// A second reader of CSV, written from RFC 4180 and the README ("UTF-8, header row, comma or semicolon, empty = null"): takes the text apart at every
/// quote first, and looks for separators and line ends only between the quoted parts. Pure.
/// </summary>
internal static class CsvRows
{
    /// <summary>The rows that have something in them, cells in NFC and without blanks around them, null where empty.</summary>
    public static IReadOnlyList<string?[]> Read(string text)
    {
        text = text.TrimStart('\uFEFF');
        var header = text.Split('\r', '\n')[0];
        var separator = header.Count(c => c == ';') > header.Count(c => c == ',') ? ';' : ',';
        var rows = new List<List<string>> { new() { "" } };
        // Even parts are outside quotes. An empty one between two quoted parts is a quote within a cell.
        var parts = text.Split('"');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
            {
                rows[^1][^1] += parts[i];
                continue;
            }

            if (parts[i].Length == 0 && i > 0 && i < parts.Length - 1)
            {
                // An empty quoted cell begins the text, or "" stands for one quote.
                rows[^1][^1] += "\"";
                continue;
            }

            foreach (var (line, at) in parts[i].Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n').Select((line, at) => (line, at)))
            {
                if (at > 0) rows.Add([""]);
                var cells = line.Split(separator);
                rows[^1][^1] += cells[0];
                rows[^1].AddRange(cells[1..]);
            }
        }

        return [.. rows.Select(row => row.Select(Clean).ToArray()).Where(row => row.Any(cell => cell is not null))];
    }

    private static string? Clean(string cell)
    {
        var trimmed = cell.Trim();
        return trimmed.Length == 0 ? null : trimmed.Normalize(NormalizationForm.FormC);
    }
}
