using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KyCuong.Rules;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Summaries;

/// <summary>
/// The summary as a workbook that HR prints and signs: a sheet of people, one of units, and one of the rules in force.
/// </summary>
internal static class SummaryXlsx
{
    private const double FigureWidth = 8;
    private const uint HeaderRow = 8;

    /// <summary>The file.</summary>
    public static byte[] Write(SummaryResult summary)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = SheetStyles.Create();
            var sheets = new Sheets();
            var names = new DefinedNames();
            People(Add(workbook, sheets, SummaryText.Get("sheet.people")), summary, names);
            Units(Add(workbook, sheets, SummaryText.Get("sheet.units")), summary, names);
            if (summary.Heads.Count > 0) Heads(Add(workbook, sheets, SummaryText.Get("sheet.heads")), summary, names);
            RulesSheet.Write(Add(workbook, sheets, SummaryText.Get("sheet.rules")), summary);
            workbook.Workbook = new Workbook(sheets, names);
            document.PackageProperties.Creator = summary.Agency.Row.Name;
            document.PackageProperties.Title = $"{SummaryText.Get("title")} – {summary.Period.Title}";
            document.PackageProperties.Created = DateTimeOffset.UnixEpoch.AddTicks(summary.MadeAt.Micros * TimeSpan.TicksPerMicrosecond).UtcDateTime;
        }

        return stream.ToArray();
    }

    /// <summary>Page footer: whose and of when, and the page's number.</summary>
    internal static string Footer(SummaryResult summary) =>
        $"&L&\"Times New Roman,Italic\"&9{Escaped(summary.Agency.Row.Name)} – {Escaped(summary.Period.Title)}&C&\"Times New Roman,Regular\"&8{SummaryText.Get("logHead", summary.LogHead.Brief)}&R&\"Times New Roman,Regular\"&9{SummaryText.Get("page")} &P/&N";

    private static WorksheetPart Add(WorkbookPart workbook, Sheets sheets, string name)
    {
        var part = workbook.AddNewPart<WorksheetPart>();
        sheets.Append(new Sheet { Name = name, SheetId = (uint)sheets.Count() + 1, Id = workbook.GetIdOfPart(part) });
        return part;
    }

    private static void People(WorksheetPart part, SummaryResult summary, DefinedNames names)
    {
        var nameWidth = WidthFor(summary.People.Select(line => line.Person.Row.FullName), 18, 32);
        var unitWidth = WidthFor(summary.People.Select(line => line.Unit.Name), 14, 38);
        double[] widths = [6, CodeWidth(summary.People.Select(line => line.Person.Row.Code)), nameWidth, unitWidth, .. Figure.OnPaper(summary).Select(_ => FigureWidth)];
        var filter = Filter(widths.Length, summary.People.Sum(line => line.Period.ByUnit.Count > 1 ? line.Period.ByUnit.Count + 1 : 1));
        Name(names, 0, SummaryText.Get("sheet.people"), filter);
        using var sheet = new SheetWriter(part, new SheetShape(widths, HeaderRow, filter, Footer(summary), First: true));
        TitleBlock(sheet, summary, widths, "title");
        Header(sheet, summary, [SummaryText.Get("column.number"), SummaryText.Get("column.staff"), SummaryText.Get("column.name"), SummaryText.Get("column.unit")]);
        var number = 0;
        foreach (var line in summary.People)
        {
            sheet.BeginRow(RowHeight.Of((line.Person.Row.FullName, nameWidth), (line.Unit.Name, unitWidth)));
            sheet.Number(++number, CellLook.Centred);
            sheet.Text(line.Person.Row.Code, CellLook.Centred);
            sheet.Text(line.Person.Row.FullName, CellLook.Text);
            sheet.Text(line.Unit.Name, CellLook.Text);
            Figures(sheet, summary, line.Period.Total, sum: false);
            sheet.EndRow();
            if (line.Period.ByUnit.Count > 1) ByUnit(sheet, summary, line, unitWidth);
        }

        Sum(sheet, summary, 4, SummaryText.Get("sum"));
        Signatures(sheet, summary, widths.Length);
    }

    /// <summary>Of who moved: a row for each unit under the one of the whole period; without a number, so that people are counted once; with
    /// code and name, so that sorting keeps them together.</summary>
    private static void ByUnit(SheetWriter sheet, SummaryResult summary, PersonLine line, double unitWidth)
    {
        foreach (var (unit, figures) in line.Period.ByUnit)
        {
            var name = SummaryText.Get("people.within", summary.Agency.UnitsById[unit].Name);
            sheet.BeginRow(RowHeight.Of((name, unitWidth)));
            sheet.Text("", CellLook.Centred);
            sheet.Text(line.Person.Row.Code, CellLook.Centred);
            sheet.Text(line.Person.Row.FullName, CellLook.Text);
            sheet.Text(name, CellLook.Text);
            Figures(sheet, summary, figures, sum: false);
            sheet.EndRow();
        }
    }

    private static void Units(WorksheetPart part, SummaryResult summary, DefinedNames names)
    {
        string HeadOf(UnitLine line) => string.Join("; ", summary.Agency.Heads.Own(line.Unit.UnitId, summary.Period.From, summary.Period.To).Select(summary.Agency.NameOf));
        var unitWidth = WidthFor(summary.Units.Select(line => line.Unit.Name), 20, 44);
        var headWidth = WidthFor(summary.Units.Select(HeadOf), 18, 30);
        double[] widths = [6, CodeWidth(summary.Units.Select(line => line.Unit.Code)), unitWidth, headWidth, FigureWidth, .. Figure.OnPaper(summary).Select(_ => FigureWidth)];
        var filter = Filter(widths.Length, summary.Units.Count);
        Name(names, 1, SummaryText.Get("sheet.units"), filter);
        using var sheet = new SheetWriter(part, new SheetShape(widths, HeaderRow, filter, Footer(summary), First: false));
        TitleBlock(sheet, summary, widths, "title.units");
        Header(sheet, summary, [SummaryText.Get("column.number"), SummaryText.Get("column.unitCode"), SummaryText.Get("column.unit"), SummaryText.Get("column.head"), SummaryText.Get("column.people")]);
        var number = 0;
        foreach (var line in summary.Units)
        {
            sheet.BeginRow(RowHeight.Of((line.Unit.Name, unitWidth), (HeadOf(line), headWidth)));
            sheet.Number(++number, CellLook.Centred);
            sheet.Text(line.Unit.Code, CellLook.Centred);
            sheet.Text(line.Unit.Name, CellLook.Text);
            sheet.Text(HeadOf(line), CellLook.Text);
            sheet.Number(line.People, CellLook.Whole);
            Figures(sheet, summary, line.Figures, sum: false);
            sheet.EndRow();
        }

        sheet.BeginRow();
        sheet.Joined(SummaryText.Get("sum"), CellLook.SumText, 4);
        sheet.Number(summary.People.Count, CellLook.SumWhole);
        Figures(sheet, summary, summary.Total, sum: true);
        sheet.EndRow();
        Signatures(sheet, summary, widths.Length);
    }

    private static void Heads(WorksheetPart part, SummaryResult summary, DefinedNames names)
    {
        static string UnitsOf(HeadLine line) => string.Join("; ", line.Units.Select(unit => unit.Name));
        var nameWidth = WidthFor(summary.Heads.Select(line => line.Name), 18, 32);
        var unitWidth = WidthFor(summary.Heads.Select(UnitsOf), 20, 44);
        double[] widths = [6, CodeWidth(summary.Heads.Select(line => line.Code)), nameWidth, unitWidth, .. Figure.OnPaper(summary).Select(_ => FigureWidth)];
        var filter = Filter(widths.Length, summary.Heads.Count);
        Name(names, 2, SummaryText.Get("sheet.heads"), filter);
        using var sheet = new SheetWriter(part, new SheetShape(widths, HeaderRow, filter, Footer(summary), First: false));
        TitleBlock(sheet, summary, widths, "title.heads");
        Header(sheet, summary, [SummaryText.Get("column.number"), SummaryText.Get("column.staff"), SummaryText.Get("column.head"), SummaryText.Get("column.headUnits")]);
        var number = 0;
        foreach (var line in summary.Heads)
        {
            sheet.BeginRow(RowHeight.Of((line.Name, nameWidth), (UnitsOf(line), unitWidth)));
            sheet.Number(++number, CellLook.Centred);
            sheet.Text(line.Code, CellLook.Centred);
            sheet.Text(line.Name, CellLook.Text);
            sheet.Text(UnitsOf(line), CellLook.Text);
            Figures(sheet, summary, line.Figures, sum: false);
            sheet.EndRow();
        }

        Signatures(sheet, summary, widths.Length);
    }

    /// <summary>Rows 1 to 7: who, what, of when, how sure.</summary>
    private static void TitleBlock(SheetWriter sheet, SummaryResult summary, double[] widths, string title)
    {
        const int left = 4;
        var agency = summary.Agency.Row;
        Row(agency.Superior?.ToUpper(TextSource.Vietnamese), CellLook.Subtitle, left);
        Row(agency.Name.ToUpper(TextSource.Vietnamese), CellLook.Body, left);
        sheet.SkipRow();
        Row(SummaryText.Get(title), CellLook.Title, widths.Length, 24);
        Row(summary.Top is { } top ? SummaryText.Get("subtitle.unit", summary.Period.Title, top.Name) : summary.Period.Title, CellLook.Subtitle, widths.Length);
        Row(RulesSheet.Certainty(summary) + RulesSheet.TapModes(summary), CellLook.Note, widths.Length);
        sheet.SkipRow();

        void Row(string? text, CellLook look, int cells, double line = RowHeight.Line)
        {
            sheet.BeginRow(RowHeight.OfTitle(text, widths.Take(cells).Sum(), line));
            sheet.Joined(text, look, cells);
            sheet.EndRow();
        }
    }

    private static void Header(SheetWriter sheet, SummaryResult summary, string[] first)
    {
        sheet.BeginRow(78);
        foreach (var text in first) sheet.Text(text, CellLook.Header);
        foreach (var figure in Figure.OnPaper(summary)) sheet.Text(SummaryText.Get($"column.{figure.Name}"), CellLook.Header);
        sheet.EndRow();
    }

    private static void Sum(SheetWriter sheet, SummaryResult summary, int cells, string text)
    {
        sheet.BeginRow();
        sheet.Joined(text, CellLook.SumText, cells);
        Figures(sheet, summary, summary.Total, sum: true);
        sheet.EndRow();
    }

    private static void Figures(SheetWriter sheet, SummaryResult summary, PeriodFigures figures, bool sum)
    {
        foreach (var figure in Figure.OnPaper(summary)) sheet.Number(figure.Of(figures), SheetStyles.Of(figure.Kind, sum));
    }

    /// <summary>Place, date and names stay open: the clerk and the signer fill them in (Decree 30/2020).</summary>
    private static void Signatures(SheetWriter sheet, SummaryResult summary, int width)
    {
        var half = width / 2;
        sheet.SkipRow();
        Pair(null, SummaryText.Get("sign.date"), CellLook.SignerNote);
        Pair(SummaryText.Get("sign.maker"), SummaryText.Get(summary.Top is null ? "sign.head" : "sign.unitHead"), CellLook.Signer);
        Pair(SummaryText.Get("sign.note"), SummaryText.Get("sign.noteSeal"), CellLook.SignerNote);

        void Pair(string? left, string right, CellLook look)
        {
            sheet.BeginRow();
            sheet.Joined(left, look, half);
            sheet.Joined(right, look, width - half);
            sheet.EndRow();
        }
    }

    /// <summary>Wide enough for the longest text within bounds, with room for the indent.</summary>
    private static double WidthFor(IEnumerable<string> texts, double least, double most) => Math.Clamp(texts.Select(text => text.Length + 3.0).DefaultIfEmpty(0).Max(), least, most);

    /// <summary>Codes never wrap: they are compared by eye, letter by letter.</summary>
    private static double CodeWidth(IEnumerable<string> codes) => Math.Max(12, codes.Select(code => (code.Length * 1.3) + 2).DefaultIfEmpty(0).Max());

    private static string Filter(int columns, int rows) => $"A{HeaderRow}:{SheetWriter.Name(columns - 1)}{HeaderRow + Math.Max(1, rows)}";

    /// <summary>The header row repeats on each printed page; the filter needs a hidden name of its own.</summary>
    private static void Name(DefinedNames names, uint sheet, string title, string filter)
    {
        var quoted = $"'{title.Replace("'", "''", StringComparison.Ordinal)}'";
        var corners = filter.Split(':');
        names.Append(
            new DefinedName($"{quoted}!{Absolute(corners[0])}:{Absolute(corners[1])}") { Name = "_xlnm._FilterDatabase", LocalSheetId = sheet, Hidden = true },
            new DefinedName($"{quoted}!${HeaderRow}:${HeaderRow}") { Name = "_xlnm.Print_Titles", LocalSheetId = sheet });

        static string Absolute(string cell)
        {
            var digits = cell.AsSpan().IndexOfAnyInRange('0', '9');
            return $"${cell[..digits]}${cell[digits..]}";
        }
    }

    private static string Escaped(string text) => text.Replace("&", "&&", StringComparison.Ordinal);
}
