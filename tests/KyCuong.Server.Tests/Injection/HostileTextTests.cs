using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KyCuong.Server.Features.Summaries;
using KyCuong.Server.Formats;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Injection;

/// <summary>
/// Hostile texts through everything that brings texts in, and out again by everything that hands them on (reliability tests S2 and S13): kept to the letter or
/// refused with a sentence, and no active cell. What comes out is read by Python's csv and as the XML that it is, not by what wrote it.
/// </summary>
public sealed partial class HostileTextTests : IAsyncLifetime
{
    private const int LongestName = 120;
    private static readonly IReadOnlyList<string> All = [.. HostileTexts.Formulas, .. HostileTexts.Others];
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_text_of_a_list_is_kept_to_the_letter_or_refused_at_its_line()
    {
        for (var i = 0; i < All.Count; i++)
        {
            var code = string.Create(CultureInfo.InvariantCulture, $"T{i:000}");
            var file = Encoding.UTF8.GetBytes($"staff_code,full_name,unit,position,from\n{code},{Quoted(All[i])},VP,{Quoted(All[i])},2026-01-01\n");
            await ExpectAsync(code, All[i], await _host.ImportAsync("staff", file, "staff.csv"));
        }
    }

    [Fact]
    public async Task A_text_of_a_workbook_is_kept_to_the_letter_or_refused_at_its_line()
    {
        for (var i = 0; i < All.Count; i++)
        {
            // XML cannot hold them; a spreadsheet writes _x0000_, which is among the texts.
            if (!All[i].All(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c))) continue;
            var code = string.Create(CultureInfo.InvariantCulture, $"X{i:000}");
            await ExpectAsync(code, Unescaped(All[i]), await _host.ImportAsync("staff", Workbook(["staff_code", "full_name", "unit", "position", "from"], [code, All[i], "VP", All[i], "2026-01-01"]), "staff.xlsx"));
        }
    }

    [Fact]
    public async Task A_name_of_a_unit_and_a_document_are_kept_to_the_letter_or_refused()
    {
        for (var i = 0; i < All.Count; i++)
        {
            var code = string.Create(CultureInfo.InvariantCulture, $"U{i:000}");
            var done = await ApplyAsync(JsonSerializer.Serialize(new { units = new[] { new { code, name = All[i] } } }));
            await using (var db = _host.Store.NewReader())
            {
                var name = (await db.Units.SingleOrDefaultAsync(unit => unit.Code == code))?.Name;
                Assert.True(name == HostileTexts.Kept(All[i], 250, cell: false) && (done == 0) == (name is not null), $"unit {Shown(All[i])}: {done}, {name}");
            }

            var file = Encoding.UTF8.GetBytes($"staff_code,from,to,part,kind,document\nNV001,{new DateOnly(2026, 1, 1).AddDays(i):yyyy-MM-dd},,day,annual,{Quoted(All[i])}\n");
            done = await _host.ImportAsync("leave", file, "leave.csv");
            await using (var db = _host.Store.NewReader())
            {
                var date = new DateOnly(2026, 1, 1).AddDays(i);
                var leave = await db.Leave.SingleOrDefaultAsync(row => row.FromDate == date);
                var kept = HostileTexts.Kept(All[i], 120);
                // An empty cell is no document, which leave may be without.
                var expected = All[i].Trim().Length == 0 || kept is not null;
                Assert.True((done == 0) == expected && (leave is null ? !expected : (leave.Document ?? "") == (kept ?? "")), $"document {Shown(All[i])}: {done}, {leave?.Document}");
            }
        }
    }

    [Fact]
    public async Task No_text_becomes_a_formula_or_another_text_in_what_is_handed_on()
    {
        var rows = new StringBuilder("staff_code,full_name,unit,position,from\n");
        var names = new Dictionary<string, string>();
        var units = new List<object>();
        foreach (var text in All)
        {
            if (HostileTexts.Kept(text, LongestName) is not { } kept) continue;
            var code = string.Create(CultureInfo.InvariantCulture, $"T{names.Count:000}");
            names.Add(code, kept);
            units.Add(new { code = "U" + code, name = kept });
            rows.Append(CultureInfo.InvariantCulture, $"{code},{Quoted(kept)},U{code},{Quoted(kept)},2026-01-01\n");
        }

        Assert.Equal(0, await _host.ApplyAsync(JsonSerializer.Serialize(new { units })));
        Assert.Equal(0, await _host.ImportAsync("staff", rows.ToString()));
        foreach (var file in (string[])["t.csv", "t.xlsx", "t.json"]) Assert.Equal(0, await _host.SummaryAsync(month: "2026-05", outFile: file));

        var table = PythonCsv(_host.Files["t.csv"]);
        Assert.Equal(names.Count + 3, table.Count - 1);
        foreach (var row in table.Skip(1))
        {
            Assert.Equal(table[0].Length, row.Length);
            Assert.All(row[4..], cell => Assert.True(cell.Length == 0 || decimal.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _), cell));
            Assert.All(row[..4], cell => Assert.False(IsActive(cell), $"active: {Shown(cell)}"));
            if (!names.TryGetValue(row[0], out var name)) continue;
            Assert.All([row[1], row[3]], cell => Assert.True(cell == name || cell == "'" + name, $"{Shown(name)} came out as {Shown(cell)}"));
        }

        var (texts, numbers) = XlsxCells(_host.Files["t.xlsx"]);
        Assert.True(numbers > names.Count);
        Assert.All(names.Values, name => Assert.Contains(name, texts));
        foreach (var person in JsonDocument.Parse(_host.Files["t.json"]).RootElement.GetProperty("people").EnumerateArray())
            if (names.TryGetValue(person.GetProperty("staff").GetString()!, out var name)) Assert.Equal(name, person.GetProperty("name").GetString());
        foreach (var code in names.Keys)
        {
            Assert.Equal(0, await _host.DayAsync("2026-05-13", staff: code));
            Assert.DoesNotContain('\u001B', _host.Out);
            Assert.Equal(0, await _host.ExplainAsync("2026-05-13", code));
        }
    }

    [Fact]
    public void Numbers_below_nothing_stay_numbers()
    {
        var csv = new CsvWriter();
        csv.Number(-5).Number(-0.5m).Text("-5").EndRow();
        Assert.Equal(["-5", "-0.5", "'-5"], PythonCsv(csv.ToBytes()).Single());

        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            var part = workbook.AddNewPart<WorksheetPart>();
            using (var sheet = new SheetWriter(part, new SheetShape([10, 10], 0, null, "", First: true)))
            {
                sheet.BeginRow();
                sheet.Number(-5, default);
                sheet.Text("-5", default);
                sheet.EndRow();
            }

            workbook.Workbook = new Workbook(new Sheets(new Sheet { Name = "a", SheetId = 1, Id = workbook.GetIdOfPart(part) }));
        }

        var (texts, numbers) = XlsxCells(stream.ToArray());
        Assert.Equal((1, "-5"), (numbers, texts.Single()));
    }

    /// <summary>A file may be refused whole, with a sentence.</summary>
    private async Task<int> ApplyAsync(string json)
    {
        try
        {
            return await _host.ApplyAsync(json);
        }
        catch (KyCuong.Server.Cli.CommandException refused)
        {
            Assert.Contains("Unicode", refused.Message, StringComparison.Ordinal);
            return 1;
        }
    }

    private async Task ExpectAsync(string code, string text, int done)
    {
        await using var db = _host.Store.NewReader();
        var stored = await db.Staff.SingleOrDefaultAsync(staff => staff.Code == code);
        if (HostileTexts.Kept(text, LongestName) is { } kept)
        {
            Assert.True(done == 0 && stored?.FullName == kept, $"{Shown(text)}: {done}, {_host.Error}{stored?.FullName}");
            Assert.Equal(kept, (await db.Postings.SingleAsync(posting => posting.StaffId == stored!.StaffId)).Position);
            return;
        }

        Assert.True(done == 1 && stored is null, $"{Shown(text)} was taken");
        Assert.Contains("dòng 2", _host.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', _host.Error);
    }

    private static string Quoted(string text) => "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string Shown(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));

    /// <summary>What a spreadsheet would compute: one of the marks first, behind whatever is not seen.</summary>
    private static bool IsActive(string cell) => Active().IsMatch(cell);

    [GeneratedRegex(@"\A(?:[\t\r\n\0]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])")]
    private static partial Regex Active();

    /// <summary>As a spreadsheet reads text in a workbook (ECMA-376, ST_Xstring).</summary>
    private static string Unescaped(string text) => Regex.Replace(text, "_x([0-9A-Fa-f]{4})_", match => ((char)int.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    /// <summary>The cells of all sheets; fails on anything in the file that computes or points elsewhere.</summary>
    private static (IReadOnlyList<string> Texts, int Numbers) XlsxCells(byte[] workbook)
    {
        var (texts, numbers) = (new List<string>(), 0);
        using var archive = new ZipArchive(new MemoryStream(workbook));
        foreach (var entry in archive.Entries)
        {
            Assert.DoesNotMatch("externalLink|vbaProject|activeX|connections|queryTable|customXml", entry.FullName);
            using var stream = entry.Open();
            var part = XDocument.Load(stream);
            Assert.DoesNotContain(part.Descendants(), element => element.Name.LocalName is "f" or "hyperlink" or "oleObject" or "ddeLink");
            Assert.DoesNotContain(part.Descendants().Attributes("TargetMode"), mode => mode.Value == "External");
            foreach (var cell in part.Descendants().Where(element => element.Name.LocalName == "c"))
            {
                var kind = (string?)cell.Attribute("t") ?? "n";
                Assert.True(kind is "n" or "inlineStr", kind);
                if (kind == "inlineStr") texts.Add(Unescaped(string.Concat(cell.Descendants().Where(element => element.Name.LocalName == "t").Select(element => element.Value))));
                else if (cell.Elements().SingleOrDefault(element => element.Name.LocalName == "v") is { } value && decimal.Parse(value.Value, CultureInfo.InvariantCulture) is var _) numbers++;
            }
        }

        return (texts, numbers);
    }

    /// <summary>As Python's csv reads it, which is nobody's here.</summary>
    private static List<string[]> PythonCsv(byte[] file)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode('utf-8-sig'), newline='')))))");
        using var python = Process.Start(start)!;
        python.StandardInput.BaseStream.Write(file);
        python.StandardInput.Close();
        var rows = JsonSerializer.Deserialize<List<string[]>>(python.StandardOutput.ReadToEnd())!;
        python.WaitForExit();
        return rows;
    }

    private static byte[] Workbook(params string[][] rows)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            var part = workbook.AddNewPart<WorksheetPart>();
            part.Worksheet = new Worksheet(new SheetData(rows.Select(row => new Row(row.Select(text => new Cell { DataType = CellValues.InlineString, InlineString = new InlineString(new Text(text) { Space = SpaceProcessingModeValues.Preserve }) })))));
            workbook.Workbook = new Workbook(new Sheets(new Sheet { Name = "a", SheetId = 1, Id = workbook.GetIdOfPart(part) }));
        }

        return stream.ToArray();
    }
}
