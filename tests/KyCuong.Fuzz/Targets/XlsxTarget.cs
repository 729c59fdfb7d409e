using System.IO.Compression;
using System.Text;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Imports;
using KyCuong.Server.Formats;

namespace KyCuong.Fuzz.Targets;

/// <summary>A table to import, as a workbook: a ZIP archive of XML. Refused with a sentence, or rows with no more cells than there may be.</summary>
internal sealed class XlsxTarget : ITarget
{
    private static readonly (string Name, string Content)[] Parts =
    [
        ("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""),
        ("_rels/.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"""),
        ("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"""),
        ("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"""),
        ("xl/styles.xml", """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"""),
        ("xl/sharedStrings.xml", """<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>staff_code</t></si><si><t>full_name</t></si><si><r><t>Nguyễn</t></r><r><t> An</t></r></si></sst>"""),
        ("xl/worksheets/sheet1.xml", """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>NV001</t></is></c><c r="B2" t="s"><v>2</v></c></row><row r="3"><c r="A3" s="1"><v>46348.5</v></c><c r="B3"><v>-12</v></c></row></sheetData></worksheet>"""),
    ];

    public string Name => "xlsx";

    public int Weight => 3;

    public IReadOnlyList<byte[]> Seeds { get; } = [Zip(Parts.Select(part => (part.Name, Encoding.UTF8.GetBytes(part.Content))))];

    /// <summary>A workbook with one of its parts spoilt.</summary>
    public byte[] Generate(Random random)
    {
        var spoilt = random.Next(Parts.Length);
        return Zip(Parts.Select((part, i) => (part.Name, i == spoilt ? Text(part.Content, random) : Encoding.UTF8.GetBytes(part.Content))));
    }

    /// <summary>The reader's own buffers, and a sheet whose rows say that they are far apart.</summary>
    public long MostAllocated(int inputBytes) => (16L << 20) + (1_024L * inputBytes);

    public string? Take(byte[] input)
    {
        try
        {
            var table = TableFile.Read(input, "bang.xlsx", ["staff_code", "full_name"], [], new ProblemList());
            return table.Rows.Any(row => row.Cells.Length > CsvTable.MostCells) ? "a row with more cells than there may be" : null;
        }
        catch (CommandException refused)
        {
            return string.IsNullOrWhiteSpace(refused.Message) ? "refused without a sentence" : null;
        }
    }

    /// <summary>XML whose numbers, names and texts are others.</summary>
    private static byte[] Text(string xml, Random random)
    {
        if (random.Next(4) == 0) return Mutation.Of(Encoding.UTF8.GetBytes(xml), [], random);
        var quoted = xml.Split('"');
        var at = 1 + (2 * random.Next(quoted.Length / 2));
        string[] values = ["", "-1", "0", "99999999999", "XFD1048576", "ALZ9", "10000", "1048576", "ZZZZZZ1", "A0", "A4294967296", "s", "str", "b", "d", "e", "n", "1e308", "../../../../etc/passwd", "http://127.0.0.1:1/x", new('A', 300)];
        if (random.Next(2) == 0 && at < quoted.Length)
        {
            quoted[at] = values[random.Next(values.Length)];
            return Encoding.UTF8.GetBytes(string.Join('"', quoted));
        }

        var texts = xml.Split('>', '<');
        var places = Enumerable.Range(0, xml.Length - 1).Where(i => xml[i] == '>' && xml[i + 1] != '<').ToList();
        if (places.Count == 0) return Encoding.UTF8.GetBytes("""<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY c "&b;&b;&b;">]>""" + xml);
        var from = places[random.Next(places.Count)] + 1;
        var to = xml.IndexOf('<', from);
        return Encoding.UTF8.GetBytes(xml[..from] + values[random.Next(values.Length)] + xml[to..]);
    }

    private static byte[] Zip(IEnumerable<(string Name, byte[] Content)> parts)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
                // The same file from the same numbers, whenever it is made.
                entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return zip.ToArray();
    }
}
