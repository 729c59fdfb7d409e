using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using KyCuong.Server.Store.Log;
using KyCuong.Verify;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Summaries;

/// <summary>Whoever keeps a summary, on paper or as a file, keeps a head of the server's log that the verifier takes (server/manual/log.md, "Where heads are kept").</summary>
public sealed partial class SummaryHeadTests : IAsyncLifetime
{
    private FeatureHost _host = null!;

    public async Task InitializeAsync() => _host = await FeatureHost.WithStaffAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Every_printed_page_of_the_xlsx_bears_it_and_the_sheet_of_grounds_more_of_it()
    {
        await WriteAsync("thang5.xlsx");
        using var file = new MemoryStream(_host.Files["thang5.xlsx"]);
        using var document = SpreadsheetDocument.Open(file, isEditable: false);
        var book = document.WorkbookPart!;
        var sheets = book.Workbook!.Descendants<Sheet>().ToList();
        Assert.True(sheets.Count >= 3);
        foreach (var sheet in sheets)
        {
            var part = (WorksheetPart)book.GetPartById(sheet.Id!.Value!);
            var footer = Assert.Single(part.Worksheet!.Descendants<OddFooter>()).Text;
            // The middle third of the footer, as it is printed.
            AssertHead(PrintedHead().Match(footer), 16);
            Assert.Empty(part.Worksheet!.Descendants<FirstFooter>());
            Assert.Empty(part.Worksheet!.Descendants<EvenFooter>());
        }

        var grounds = (WorksheetPart)book.GetPartById(sheets.Single(sheet => sheet.Name == "Căn cứ").Id!.Value!);
        var lines = grounds.Worksheet!.Descendants<Cell>().Select(cell => cell.InnerText).Where(text => text.StartsWith("Đầu sổ", StringComparison.Ordinal));
        AssertHead(ToldHead().Match(Assert.Single(lines)), 32);
    }

    [Fact]
    public async Task The_json_bears_it()
    {
        await WriteAsync("thang5.json");
        AssertHead(JsonDocument.Parse(_host.Files["thang5.json"]).RootElement.GetProperty("period").GetProperty("logHead").GetString()!, 32);
        await _host.SummaryAsync(month: "2026-05", asJson: true);
        AssertHead(_host.Json().GetProperty("period").GetProperty("logHead").GetString()!, 32);
    }

    [Fact]
    public async Task The_csv_stays_a_table_and_whoever_has_it_written_is_told_it()
    {
        await WriteAsync("thang5.csv");
        AssertHead(ToldHead().Match(_host.Out), 32);
        var rows = Encoding.UTF8.GetString(_host.Files["thang5.csv"]).TrimEnd().Split("\r\n");
        // The header and three people, each with as many columns: nothing else stands in it.
        Assert.Equal(4, rows.Length);
        Assert.Single(rows.Select(row => row.Count(c => c == ',')).Distinct());
        // With JSON on the output it stands there.
        Assert.Equal(0, await _host.SummaryAsync(month: "2026-05", outFile: "thang5.csv", asJson: true));
        AssertHead(_host.Json().GetProperty("period").GetProperty("logHead").GetString()!, 32);
    }

    [Fact]
    public async Task The_table_on_a_terminal_ends_with_it()
    {
        Assert.Equal(0, await _host.SummaryAsync(month: "2026-05"));
        AssertHead(ToldHead().Match(_host.Out.TrimEnd().Split('\n')[^1]), 32);
    }

    private async Task WriteAsync(string file) => Assert.Equal(0, await _host.SummaryAsync(month: "2026-05", outFile: file));

    private void AssertHead(Match match, int digits)
    {
        Assert.True(match.Success, "no head is there");
        AssertHead(match.Groups["head"].Value, digits);
    }

    /// <summary>As long as is promised, of this log's end, taken by the verifier; and one digit wrong is not.</summary>
    private void AssertHead(string text, int digits)
    {
        var head = OutsideHead.Parse(text);
        Assert.NotNull(head);
        Assert.Equal(digits, head.Hash.Length);
        using var reader = _host.Store.OpenReader();
        var end = LogWriter.Read(reader);
        Assert.Equal(end.Number, head.Number);
        Assert.StartsWith(head.Hash, end.Hash.ToString(), StringComparison.Ordinal);
        using var moment = reader.BeginMoment();
        using var store = VerifiedStore.Inside(moment);
        Assert.Equal([], Verification.Of(store, [head]).Findings);
        var other = head with { Hash = head.Hash[..^1] + (head.Hash[^1] == '0' ? '1' : '0') };
        Assert.Equal(FindingKind.HeadDiffers, Assert.Single(Verification.Of(store, [other]).Findings).Kind);
    }

    [GeneratedRegex("&C.*Sổ (?<head>[0-9]+:[0-9a-f-]+)&R")]
    private static partial Regex PrintedHead();

    [GeneratedRegex(@"Đầu sổ của máy chủ lúc lập: (?<head>[0-9]+:[0-9a-f-]+)\.")]
    private static partial Regex ToldHead();
}
