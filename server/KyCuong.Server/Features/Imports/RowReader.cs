using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Imports;

/// <summary>Takes the cells of one row, checks each, and notes what is wrong with line, column and value. Not thread-safe.</summary>
internal readonly struct RowReader(TableFile table, TableRow row, ProblemList problems)
{
    /// <summary>Line of the row.</summary>
    public int Line => row.Line;

    /// <summary>The cell as it is, or null.</summary>
    public string? Raw(string column, bool required = false)
    {
        var cell = table.Cell(row, column);
        if (cell is null && required) problems.Add(row.Line, column, "", ImportText.Get("cell.missing"));
        return cell;
    }

    /// <summary>A code.</summary>
    public string? Code(string column)
    {
        if (Raw(column, required: true) is not { } text) return null;
        return Grammar.IsCode(text) ? text : Refuse<string>(column, text, FormatText.Get("value.code"));
    }

    /// <summary>Text people see.</summary>
    public string? Text(string column, bool required, int longest)
    {
        if (Raw(column, required) is not { } text) return null;
        return Grammar.IsShownText(text, longest) ? text : Refuse<string>(column, text, ImportText.Get("cell.text", longest));
    }

    /// <summary>A date.</summary>
    public DateOnly? Date(string column, bool required = false)
    {
        if (Raw(column, required) is not { } text) return null;
        if (Grammar.TryDate(text, out var date)) return date;
        Refuse<string>(column, text, FormatText.Get("value.date"));
        return null;
    }

    /// <summary>Notes that a cell is wrong.</summary>
    public T? Refuse<T>(string column, string value, string reason) where T : class
    {
        problems.Add(row.Line, column, value.Length <= 60 ? value : string.Concat(value.AsSpan(0, 59), "…"), reason);
        return null;
    }
}
