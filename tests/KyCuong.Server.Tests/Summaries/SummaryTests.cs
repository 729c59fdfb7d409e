using System.Text;
using System.Text.Json;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Summaries;

namespace KyCuong.Server.Tests.Summaries;

public sealed class SummaryTests : IAsyncLifetime
{
    /// <summary>
    /// Four dates of May 2026 (11 Mon to 14 Thu), two sessions each. By hand:
    /// NV001 is late 6 min on the 13th and leaves 10 min early on the 12th (16:50), misses the last tap of the 14th; the 11th is whole.
    /// NV002 has no tap at all. NV003 is whole on the 11th and moves to P1 from the 13th, where nobody has a schedule.
    /// </summary>
    private const string Taps = """
        staff_code_or_badge,at,direction,reader
        NV001,2026-05-11T06:55:00,in,r1
        NV001,2026-05-11T11:31:00,out,r1
        NV001,2026-05-11T13:20:00,in,r1
        NV001,2026-05-11T17:01:00,out,r1
        NV001,2026-05-12T06:55:00,in,r1
        NV001,2026-05-12T11:31:00,out,r1
        NV001,2026-05-12T13:20:00,in,r1
        NV001,2026-05-12T16:50:00,out,r1
        NV001,2026-05-13T07:06:20,in,r1
        NV001,2026-05-13T11:31:00,out,r1
        NV001,2026-05-13T13:24:00,in,r1
        NV001,2026-05-13T17:02:10,out,r1
        NV001,2026-05-14T06:59:00,in,r1
        NV001,2026-05-14T11:30:00,out,r1
        NV001,2026-05-14T13:30:00,in,r1
        NV003,2026-05-11T06:55:00,in,r1
        NV003,2026-05-11T11:31:00,out,r1
        NV003,2026-05-11T13:20:00,in,r1
        NV003,2026-05-11T17:01:00,out,r1
        """;

    private FeatureHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "P1", "name": "Phòng =Một" } ] }"""));
        Assert.Equal(0, await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nNV003,Lê Văn Đức,P1,2026-05-13\n"));
        Assert.Equal(0, await _host.ImportAsync("taps", Taps));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_figures_are_those_counted_by_hand()
    {
        Assert.Equal(0, await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", asJson: true));
        var json = _host.Json();
        var people = json.GetProperty("people").EnumerateArray().ToDictionary(person => person.GetProperty("staff").GetString()!);
        Expect(people["NV001"], ("dueSessions", 8), ("attendedSessions", 8), ("lateTimes", 1), ("lateMinutes", 6), ("earlyTimes", 1), ("earlyMinutes", 10), ("missingTaps", 1), ("absentSessions", 0), ("leaveSessions", 0), ("pendingSessions", 0), ("unscheduledDays", 0));
        Expect(people["NV002"], ("dueSessions", 8), ("attendedSessions", 0), ("lateTimes", 0), ("absentSessions", 8), ("missingTaps", 0));
        // The 12th without a tap is two sessions absent; from the 13th on there is no schedule.
        Expect(people["NV003"], ("dueSessions", 4), ("attendedSessions", 2), ("absentSessions", 2), ("unscheduledDays", 2));
        Assert.Equal("P1", people["NV003"].GetProperty("unit").GetString());
        var byUnit = people["NV003"].GetProperty("byUnit").EnumerateArray().ToList();
        Assert.Equal(["VP", "P1"], byUnit.Select(unit => unit.GetProperty("unit").GetString()));
        Expect(byUnit[0], ("dueSessions", 4), ("unscheduledDays", 0));
        Expect(byUnit[1], ("dueSessions", 0), ("unscheduledDays", 2));
        Expect(json.GetProperty("agency"), ("dueSessions", 20), ("attendedSessions", 10), ("absentSessions", 10), ("lateTimes", 1), ("people", 3));
        Assert.Equal(["VP", "P1"], json.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unit").GetString()));
        Assert.True(json.GetProperty("period").GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task The_days_of_the_period_add_up_to_its_summary()
    {
        int late = 0, early = 0, worked = 0;
        for (var date = new DateOnly(2026, 5, 1); date <= new DateOnly(2026, 5, 31); date = date.AddDays(1))
        {
            await _host.DayAsync(date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), asJson: true);
            foreach (var verdict in _host.Json().EnumerateArray())
            {
                late += verdict.GetProperty("lateMinutes").GetInt32();
                early += verdict.GetProperty("earlyMinutes").GetInt32();
                worked += verdict.GetProperty("workedMinutes").GetInt32();
            }
        }

        await _host.SummaryAsync(month: "2026-05", asJson: true);
        Expect(_host.Json().GetProperty("agency"), ("lateMinutes", late), ("earlyMinutes", early), ("workedMinutes", worked));
        Assert.Equal(6, late);
    }

    [Fact]
    public async Task A_unit_counts_only_the_days_spent_there()
    {
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", unit: "P1", asJson: true);
        Assert.Equal(["NV003"], _host.Json().GetProperty("people").EnumerateArray().Select(person => person.GetProperty("staff").GetString()));
        Expect(_host.Json().GetProperty("agency"), ("dueSessions", 0), ("unscheduledDays", 2));
    }

    [Fact]
    public async Task Each_day_counts_to_the_head_of_that_day()
    {
        // NV001 heads VP until the 12th, NV003 from the 13th; P1 lies below VP and has no head of its own.
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "VP", "name": "Văn phòng", "heads": [ { "staff": "NV003", "from": "2026-05-13" } ] }, { "code": "P1", "name": "Phòng Một", "parent": "VP" } ] }"""));
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", asJson: true);
        var heads = _host.Json().GetProperty("heads").EnumerateArray().ToDictionary(head => head.GetProperty("head").GetString()!);
        Assert.Equal(["NV001", "NV003"], heads.Keys.Order());
        // 11 and 12 May, three people of VP: 4 sessions a person.
        Expect(heads["NV001"], ("dueSessions", 12), ("lateTimes", 0), ("earlyTimes", 1), ("absentSessions", 6));
        // 13 and 14 May, two of VP and NV003, who by then is in P1 and works as the unit above does.
        Expect(heads["NV003"], ("dueSessions", 12), ("lateTimes", 1), ("earlyTimes", 0), ("missingTaps", 1), ("absentSessions", 8));
        Assert.Equal(["VP", "P1"], heads["NV003"].GetProperty("units").EnumerateArray().Select(unit => unit.GetString()));
        Assert.Equal("Lê Văn Đức", heads["NV003"].GetProperty("name").GetString());
        var units = _host.Json().GetProperty("units").EnumerateArray().ToDictionary(unit => unit.GetProperty("unit").GetString()!);
        Expect(units["VP"], ("dueSessions", 20));
        Expect(units["VP"].GetProperty("withUnitsBelow"), ("dueSessions", 24), ("absentSessions", 14));
        Expect(units["P1"].GetProperty("withUnitsBelow"), ("dueSessions", 4));
        Assert.Equal("NV003", units["VP"].GetProperty("head").GetString());
    }

    [Fact]
    public async Task A_change_of_head_entered_wrongly_is_taken_back()
    {
        await _host.ApplyAsync("""{ "units": [ { "code": "VP", "name": "Văn phòng", "heads": [ { "staff": "NV002", "from": "2026-05-13" } ] } ] }""");
        Assert.Equal(0, await _host.ApplyAsync("""{ "units": [ { "code": "VP", "name": "Văn phòng", "heads": [ { "from": "2026-05-13", "remove": true } ] } ] }"""));
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", asJson: true);
        Assert.Equal(["NV001"], _host.Json().GetProperty("heads").EnumerateArray().Select(head => head.GetProperty("head").GetString()));
        Assert.Equal(1, await _host.ApplyAsync("""{ "units": [ { "code": "VP", "name": "Văn phòng", "heads": [ { "staff": "NV002", "from": "2026-05-13" }, { "staff": "NV003", "from": "2026-05-13" } ] } ] }"""));
        Assert.Contains("$.units[0].heads[1]", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_still_to_come_is_said_to_be_provisional()
    {
        _host.Time.Now = new DateTimeOffset(2026, 5, 14, 8, 0, 0, TimeSpan.FromHours(7));
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", asJson: true);
        Assert.False(_host.Json().GetProperty("period").GetProperty("final").GetBoolean());
        Expect(_host.Json().GetProperty("people").EnumerateArray().Single(person => person.GetProperty("staff").GetString() == "NV002"), ("absentSessions", 6), ("pendingSessions", 2));
    }

    [Fact]
    public async Task What_is_still_to_come_does_not_lower_the_attendance_rate()
    {
        _host.Time.Now = new DateTimeOffset(2026, 5, 12, 8, 0, 0, TimeSpan.FromHours(7));
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-12", asJson: true);
        var person = _host.Json().GetProperty("people").EnumerateArray().Single(line => line.GetProperty("staff").GetString() == "NV003");
        Expect(person, ("dueSessions", 4), ("attendedSessions", 2), ("pendingSessions", 2));
        Assert.Equal(1, person.GetProperty("attendanceRate").GetDouble());
    }

    [Fact]
    public async Task The_workbook_is_valid_and_opens_again_with_numbers_as_numbers()
    {
        Assert.Equal(0, await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", outFile: "thang5.xlsx"));
        Assert.Contains("Đã ghi thang5.xlsx", _host.Out, StringComparison.Ordinal);
        using var stream = new MemoryStream(_host.Files["thang5.xlsx"]);
        using var document = SpreadsheetDocument.Open(stream, isEditable: false);
        var errors = new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2019).Validate(document).ToList();
        Assert.True(errors.Count == 0, string.Join("\n", errors.Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}")));

        var workbook = document.WorkbookPart!;
        Assert.Equal(["Cá nhân", "Đơn vị", "Người đứng đầu", "Căn cứ"], workbook.Workbook.Sheets!.Cast<Sheet>().Select(sheet => sheet.Name!.Value));
        var people = Rows(workbook, "Cá nhân");
        Assert.Equal("UBND TỈNH PHÚ THỌ", people[0][0]);
        Assert.Equal("BAN QUẢN LÝ CÁC KHU CÔNG NGHIỆP", people[1][0]);
        Assert.Contains("Từ 11/05/2026 đến 14/05/2026", people[4][0], StringComparison.Ordinal);
        Assert.Equal(["STT", "Mã số", "Họ và tên", "Đơn vị", "Buổi phải làm"], people[7].Take(5));
        // By unit as declared, then by given name: An before Bình.
        Assert.Equal(["NV001", "NV002", "NV003"], people.Skip(8).Take(3).Select(row => row[1]));
        Assert.Equal("8", people[9][4]);
        // Who moved has a row for each unit under the one of the whole.
        Assert.Equal(["", "NV003", "Lê Văn Đức", "trong đó tại Văn phòng", "4"], people[11].Take(5));
        Assert.Equal(["", "NV003", "Lê Văn Đức", "trong đó tại Phòng =Một", "0"], people[12].Take(5));
        Assert.Equal("Cộng", people[13][0]);
        Assert.Equal("20", people[13][4]);
        var sheet = Sheet(workbook, "Cá nhân");
        var pane = sheet.Descendants<Pane>().Single();
        Assert.Equal((PaneStateValues.Frozen, "A9"), (pane.State!.Value, pane.TopLeftCell!.Value));
        Assert.Equal("A8:S13", sheet.Descendants<AutoFilter>().Single().Reference!.Value);
        var setup = sheet.Descendants<PageSetup>().Single();
        Assert.Equal((9u, OrientationValues.Landscape, 1u, 0u), (setup.PaperSize!.Value, setup.Orientation!.Value, setup.FitToWidth!.Value, setup.FitToHeight!.Value));
        Assert.Contains("&P/&N", sheet.Descendants<OddFooter>().Single().Text, StringComparison.Ordinal);
        Assert.Contains(workbook.Workbook.DefinedNames!.Cast<DefinedName>(), name => name.Name == "_xlnm.Print_Titles" && name.Text == "'Cá nhân'!$8:$8");
        Assert.Empty(workbook.WorksheetParts.SelectMany(part => part.Worksheet.Descendants<CellFormula>()));
        var rules = string.Join("|", Rows(workbook, "Căn cứ").SelectMany(row => row));
        Assert.Contains("quẹt thẻ đầu và cuối mỗi buổi", rules, StringComparison.Ordinal);
        Assert.Contains("5 phút", rules, StringComparison.Ordinal);
        Assert.Contains("không đặt ngưỡng", rules, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tap_mode_stands_beside_the_rates()
    {
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", outFile: "thang5.xlsx");
        using var stream = new MemoryStream(_host.Files["thang5.xlsx"]);
        using var document = SpreadsheetDocument.Open(stream, isEditable: false);
        foreach (var sheet in (string[])["Cá nhân", "Đơn vị", "Người đứng đầu"])
            Assert.Contains("Cách quẹt: quẹt thẻ đầu và cuối mỗi buổi.", Rows(document.WorkbookPart!, sheet)[5][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_reads_people_by_unit_in_a_table_no_wider_than_it_needs()
    {
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14");
        var lines = _host.Out.Split('\n', StringSplitOptions.TrimEntries);
        Assert.Contains(lines, line => line.StartsWith("│ VP     │ NV001 │ Nguyễn Văn An │", StringComparison.Ordinal));
        Assert.DoesNotContain("Nghỉ", _host.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Văn phòng", 20, 0)]
    [InlineData("Phòng Quản lý lao động và doanh nghiệp", 38, 0)]
    [InlineData("Phòng Quản lý lao động và doanh nghiệp", 20, 30)]
    [InlineData("CONG-CHINH-PHIA-DONG-TOA-NHA-A", 16, 45)]
    public void A_row_is_as_high_as_its_text_needs(string text, int width, double points) => Assert.Equal(points, RowHeight.Of((text, width)));

    [Fact]
    public async Task The_csv_is_for_spreadsheets_and_cannot_become_a_formula()
    {
        await _host.ImportAsync("staff", "staff_code,full_name,unit,from\nNV004,\"=1+2, \"\"x\"\"\",VP,2026-05-01\n");
        await _host.SummaryAsync(from: "2026-05-11", to: "2026-05-14", outFile: "thang5.csv");
        var text = Encoding.UTF8.GetString(_host.Files["thang5.csv"]);
        Assert.StartsWith("\uFEFFstaff,name,unit,position,dueSessions,attendedSessions,", text, StringComparison.Ordinal);
        Assert.Contains("\r\nNV001,Nguyễn Văn An,VP,Chánh Văn phòng,8,8,4,1,6,1,10,1,0,0,", text, StringComparison.Ordinal);
        Assert.Contains("\r\nNV004,\"'=1+2, \"\"x\"\"\",VP,", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=A1", "'=A1")]
    [InlineData("+84", "'+84")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("A=1", "A=1")]
    public void Text_in_csv_is_escaped(string text, string expected)
    {
        var csv = new CsvWriter();
        csv.Text(text).Number(-1.5m).EndRow();
        Assert.Equal($"\uFEFF{expected},-1.5\r\n", Encoding.UTF8.GetString(csv.ToBytes()));
    }

    [Fact]
    public async Task The_json_file_is_what_the_option_prints()
    {
        await _host.SummaryAsync(month: "2026-05", outFile: "thang5.json", asJson: true);
        Assert.Equal(_host.Out.TrimEnd(), Encoding.UTF8.GetString(_host.Files["thang5.json"]));
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("2026-05", "2026-05-01", "2026-05-31", null)]
    [InlineData("2026-13", null, null, null)]
    [InlineData("05/2026", null, null, null)]
    [InlineData(null, "2026-05-02", "2026-05-01", null)]
    [InlineData(null, "2025-01-01", "2026-05-01", null)]
    [InlineData(null, "2026-05-02", null, null)]
    [InlineData("2026-05", null, null, "thang5.docx")]
    public async Task A_wrong_question_is_wrong_usage(string? month, string? from, string? to, string? outFile)
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => _host.SummaryAsync(month, from, to, outFile: outFile));
        Assert.Equal(2, error.ExitCode);
    }

    private static void Expect(JsonElement figures, params (string Name, int Value)[] expected)
    {
        foreach (var (name, value) in expected) Assert.True(figures.GetProperty(name).GetInt32() == value, $"{name}: expected {value}, is {figures.GetProperty(name).GetInt32()}");
    }

    private static Worksheet Sheet(WorkbookPart workbook, string name) =>
        ((WorksheetPart)workbook.GetPartById(workbook.Workbook.Sheets!.Cast<Sheet>().Single(sheet => sheet.Name == name).Id!.Value!)).Worksheet;

    private static List<List<string>> Rows(WorkbookPart workbook, string name) =>
        [.. Sheet(workbook, name).Descendants<Row>().Select(row => row.Elements<Cell>().Select(cell => cell.CellValue?.Text ?? cell.InlineString?.InnerText ?? "").ToList()).Select(row => row.Count == 0 ? [""] : row)];
}
