using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Imports;

public sealed class XlsxImportTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_workbook_is_imported_with_its_dates_and_times_as_spreadsheets_keep_them()
    {
        // 46023 is 2026-01-01; 46155 is 2026-05-13 and 07:06:20 is 0.296064… of a day.
        Assert.Equal(0, await _host.ImportAsync("staff", Workbook(["staff_code", "full_name", "unit", "from"], ["NV010", "Bùi Văn Mười", "VP", 46023.0]), "staff.xlsx"));
        Assert.Equal(0, await _host.ImportAsync("taps", Workbook(["staff_code_or_badge", "at", "direction", "reader"], ["NV010", 46155.0 + (((7 * 3600) + (6 * 60) + 20) / 86400.0), "in", null]), "taps.xlsx"));
        await using var db = _host.Store.NewReader();
        Assert.Equal(new DateOnly(2026, 1, 1), (await db.Postings.OrderBy(row => row.PostingId).LastAsync()).FromDate);
        Assert.Equal(new DateTimeOffset(2026, 5, 13, 7, 6, 20, TimeSpan.FromHours(7)).ToUnixTimeMilliseconds() * 1000, (await db.ResolvedTaps.SingleAsync()).AtUs);
    }

    [Fact]
    public async Task Leave_comes_from_a_workbook_with_its_dates_hours_and_instants()
    {
        // 46155 is 2026-05-13; 46154.6875 is 16:30 of the day before.
        Assert.Equal(0, await _host.ImportAsync("leave", Workbook(["staff_code", "from", "to", "part", "kind", "document", "entered_at"], ["NV001", 46155.0, 46156.0, null, "annual", "12/GP", 46154.6875], ["NV002", 46155.0, null, "09:00-10:30", "pass", null, null]), "leave.xlsx"));
        await using var db = _host.Store.NewReader();
        var rows = await db.Leave.OrderBy(row => row.LeaveId).ToListAsync();
        Assert.Equal(["2026-05-13 2026-05-14 day annual 12/GP", "2026-05-13 2026-05-13 09:00-10:30 pass "], rows.Select(row => $"{row.FromDate:yyyy-MM-dd} {row.ToDate:yyyy-MM-dd} {row.Part} {row.Kind} {row.Document}"));
        Assert.Equal(new DateTimeOffset(2026, 5, 12, 16, 30, 0, TimeSpan.FromHours(7)).ToUnixTimeMilliseconds() * 1000, rows[0].EnteredUs);
        Assert.Equal(1, await _host.ImportAsync("leave", Workbook(["staff_code", "from", "to", "kind"], ["NV001", 46155.0, 46154.0, "annual"]), "leave.xlsx"));
        Assert.Contains("dòng 2, cột to = \"2026-05-12\"", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_of_a_workbook_is_named_by_its_row()
    {
        Assert.Equal(1, await _host.ImportAsync("staff", Workbook(["staff_code", "full_name", "unit", "from"], ["NV010", "Bùi Văn Mười", "VP", 46023.0], [], ["NV011", "Bùi Văn Một", "XX", 46023.0]), "staff.xlsx"));
        Assert.Contains("dòng 4, cột unit = \"XX\"", _host.Error, StringComparison.Ordinal);
    }

    /// <summary>A reader of workbooks makes room for whatever a cell says: these took gigabytes and minutes.</summary>
    [Theory]
    [InlineData("""<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>""", "ZZZZZZ1")]
    [InlineData("""<row r="99999999"><c><v>1</v></c></row>""", "99999999")]
    [InlineData("""<row r="1"><c r="A1" t="inlineStr"><is><t>staff_code</t></is></c></row><row r="2"><c r="XFD1048576"><v>1</v></c></row>""", "XFD1048576")]
    [InlineData("""<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>""", "1048576")]
    public async Task A_cell_that_says_it_stands_far_away_is_refused_by_name(string rows, string said)
    {
        var sheet = Workbook(["staff_code"]);
        using (var stream = new MemoryStream())
        {
            stream.Write(sheet);
            using (var archive = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Update, leaveOpen: true))
            {
                var part = archive.Entries.Single(entry => entry.FullName.Contains("worksheets/", StringComparison.Ordinal) && entry.Name.EndsWith(".xml", StringComparison.Ordinal));
                await using var writer = new StreamWriter(part.Open());
                writer.BaseStream.SetLength(0);
                await writer.WriteAsync($"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>""");
            }

            sheet = stream.ToArray();
        }

        var refused = await Assert.ThrowsAsync<KyCuong.Server.Cli.CommandException>(() => _host.ImportAsync("staff", sheet, "staff.xlsx"));
        Assert.Contains($"\"{said}\"", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A number above a thousand stands for a date, with the built-in date and time format.</summary>
    private static byte[] Workbook(params object?[][] rows)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = new Stylesheet(
                new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()),
                new CellFormats(new CellFormat(), new CellFormat { NumberFormatId = 22, ApplyNumberFormat = true }));
            var part = workbook.AddNewPart<WorksheetPart>();
            part.Worksheet = new Worksheet(new SheetData(rows.Select((row, at) => new Row(row.Select(CellOf)) { RowIndex = (uint)at + 1 })));
            workbook.Workbook = new Workbook(new Sheets(new Sheet { Name = "Trang 1", SheetId = 1, Id = workbook.GetIdOfPart(part) }));
        }

        return stream.ToArray();
    }

    private static Cell CellOf(object? value) => value switch
    {
        null => new Cell(),
        double number => new Cell { StyleIndex = 1, DataType = CellValues.Number, CellValue = new CellValue(number) },
        _ => new Cell { DataType = CellValues.InlineString, InlineString = new InlineString(new Text((string)value)) },
    };
}
