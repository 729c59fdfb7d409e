using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace KyCuong.Server.Features.Summaries;

/// <summary>
/// Streams the rows of one worksheet: text only as text, never as a formula, numbers as numbers. A4 landscape, fitted to
/// the width of the paper. Not thread-safe; dispose it to finish the sheet.
/// </summary>
internal sealed partial class SheetWriter : IDisposable
{
    private const uint A4 = 9;
    private readonly OpenXmlWriter _writer;
    private readonly SheetShape _shape;
    private readonly List<string> _merged = [];
    private uint _row;
    private int _column;

    /// <summary>Begins the sheet.</summary>
    public SheetWriter(WorksheetPart part, SheetShape shape)
    {
        _shape = shape;
        _writer = OpenXmlWriter.Create(part);
        _writer.WriteStartElement(new Worksheet());
        _writer.WriteElement(new SheetProperties(new PageSetupProperties { FitToPage = true }));
        _writer.WriteStartElement(new SheetViews());
        var view = new SheetView { WorkbookViewId = 0, ShowGridLines = false, TabSelected = shape.First };
        if (shape.HeaderRow > 0)
            view.Append(
                new Pane { VerticalSplit = shape.HeaderRow, TopLeftCell = $"A{shape.HeaderRow + 1}", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen },
                new Selection { Pane = PaneValues.BottomLeft, ActiveCell = $"A{shape.HeaderRow + 1}", SequenceOfReferences = new ListValue<StringValue> { InnerText = $"A{shape.HeaderRow + 1}" } });
        _writer.WriteElement(view);
        _writer.WriteEndElement();
        _writer.WriteElement(new SheetFormatProperties { DefaultRowHeight = 15 });
        _writer.WriteStartElement(new Columns());
        for (var i = 0; i < shape.Widths.Count; i++)
            _writer.WriteElement(new Column { Min = (uint)i + 1, Max = (uint)i + 1, Width = shape.Widths[i], CustomWidth = true });
        _writer.WriteEndElement();
        _writer.WriteStartElement(new SheetData());
    }

    /// <summary>Begins a row; a height of 0 is the usual one (points).</summary>
    public void BeginRow(double height = 0)
    {
        _row++;
        _column = 0;
        _writer.WriteStartElement(height > 0 ? new Row { RowIndex = _row, Height = height, CustomHeight = true } : new Row { RowIndex = _row });
    }

    /// <summary>Ends it.</summary>
    public void EndRow() => _writer.WriteEndElement();

    /// <summary>An empty row.</summary>
    public void SkipRow()
    {
        BeginRow();
        EndRow();
    }

    /// <summary>A cell of text.</summary>
    public void Text(string? text, CellLook look)
    {
        if (string.IsNullOrEmpty(text))
        {
            _writer.WriteElement(new Cell { CellReference = Next(), StyleIndex = (uint)look });
            return;
        }

        _writer.WriteStartElement(new Cell { CellReference = Next(), StyleIndex = (uint)look, DataType = CellValues.InlineString });
        _writer.WriteStartElement(new InlineString());
        _writer.WriteElement(new Text(Exactly(text)) { Space = SpaceProcessingModeValues.Preserve });
        _writer.WriteEndElement();
        _writer.WriteEndElement();
    }

    /// <summary>Spreadsheets read <c>_x0041_</c> as the letter A (ECMA-376, ST_Xstring); what XML cannot hold is shown as such.</summary>
    internal static string Exactly(string text)
    {
        if (text.Contains("_x", StringComparison.Ordinal)) text = Escaped().Replace(text, "_x005F_");
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001F') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.AsSpan().ContainsAnyInRange('\uFFFE', '\uFFFF')) return text;
        return string.Concat(text.EnumerateRunes().Select(rune => rune.Value is < 0x20 and not (0x09 or 0x0A or 0x0D) or 0xFFFE or 0xFFFF ? "\uFFFD" : rune.ToString()));
    }

    /// <summary>A cell with a number; null is empty.</summary>
    public void Number(decimal? number, CellLook look)
    {
        var cell = new Cell { CellReference = Next(), StyleIndex = (uint)look };
        if (number is { } value)
        {
            cell.DataType = CellValues.Number;
            cell.CellValue = new CellValue(value.ToString(CultureInfo.InvariantCulture));
        }

        _writer.WriteElement(cell);
    }

    /// <summary>Text in cells joined from the next one on; the others are written empty, so that a frame goes all around.</summary>
    public void Joined(string? text, CellLook look, int cells)
    {
        if (cells > 1) _merged.Add($"{Name(_column)}{_row}:{Name(_column + cells - 1)}{_row}");
        Text(text, look);
        for (var i = 1; i < cells; i++) Text(null, look);
    }

    /// <summary>Finishes the sheet.</summary>
    public void Dispose()
    {
        _writer.WriteEndElement();
        if (_shape.Filter is { } filter) _writer.WriteElement(new AutoFilter { Reference = filter });
        if (_merged.Count > 0) _writer.WriteElement(new MergeCells(_merged.Select(range => new MergeCell { Reference = range })) { Count = (uint)_merged.Count });
        _writer.WriteElement(new PrintOptions { HorizontalCentered = true });
        _writer.WriteElement(new PageMargins { Left = 0.4, Right = 0.4, Top = 0.5, Bottom = 0.6, Header = 0.3, Footer = 0.3 });
        _writer.WriteElement(new PageSetup { PaperSize = A4, Orientation = OrientationValues.Landscape, FitToWidth = 1, FitToHeight = 0 });
        _writer.WriteElement(new HeaderFooter(new OddFooter(_shape.Footer)));
        _writer.WriteEndElement();
        _writer.Dispose();
    }

    /// <summary>A, B, … Z, AA, …</summary>
    public static string Name(int column) => column < 26 ? ((char)('A' + column)).ToString() : Name((column / 26) - 1) + (char)('A' + (column % 26));

    [System.Text.RegularExpressions.GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)")]
    private static partial System.Text.RegularExpressions.Regex Escaped();

    private string Next() => $"{Name(_column++)}{_row}";
}

/// <summary>What has to be known of a sheet before its rows.</summary>
/// <param name="Widths">Of the columns, in characters.</param>
/// <param name="HeaderRow">Row of the table's header, frozen and repeated on each page; 0: none.</param>
/// <param name="Filter">Cells with a filter, the header row included; null: none.</param>
/// <param name="Footer">Footer of the page, with the codes of spreadsheets.</param>
/// <param name="First">The sheet shown when the workbook is opened.</param>
internal sealed record SheetShape(IReadOnlyList<double> Widths, uint HeaderRow, string? Filter, string Footer, bool First);
