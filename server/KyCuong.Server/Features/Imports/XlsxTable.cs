using System.Globalization;
using System.IO.Compression;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;
using KyCuong.Server.Cli;

namespace KyCuong.Server.Features.Imports;

/// <summary>Rows of the first sheet of an XLSX workbook. Dates come as <c>yyyy-MM-dd</c> or <c>yyyy-MM-ddTHH:mm:ss</c>.</summary>
internal static class XlsxTable
{
    /// <summary>Bytes a workbook may unpack to: a small file that claims more is an attack or a mistake.</summary>
    public const long LargestUnpacked = 1L << 30;

    private static readonly byte[] ZipSignature = [0x50, 0x4B, 0x03, 0x04];

    // ExcelDataReader asks for code page 1252 even for XLSX.
    static XlsxTable() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>True for a file that starts as a ZIP archive does.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> content) => content.StartsWith(ZipSignature);

    /// <summary>The rows in order, the header first; rows without text are skipped.</summary>
    /// <exception cref="CommandException">It is no workbook; the message names the file.</exception>
    public static List<TableRow> Read(byte[] content, string name)
    {
        try
        {
            using (var archive = new ZipArchive(new MemoryStream(content, writable: false)))
                if (XlsxBounds.Problem(archive, name) is { } problem) throw new CommandException(problem);
            using var reader = ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(content, writable: false));
            var rows = new List<TableRow>();
            for (var line = 1; reader.Read(); line++)
            {
                var width = Math.Min(reader.FieldCount, CsvTable.MostCells);
                var cells = new string?[width];
                for (var i = 0; i < width; i++) cells[i] = TextOf(reader.GetValue(i));
                if (!cells.Any(cell => cell is not null)) continue;
                if (rows.Count > TableFile.MostRows) throw new CommandException(ImportText.Get("table.manyRows", name, TableFile.MostRows));
                var tooLong = cells.Any(cell => cell?.Length > CsvTable.LongestCell);
                rows.Add(tooLong ? new TableRow(line, [], ImportText.Get("table.longCell", CsvTable.LongestCell)) : new TableRow(line, cells));
            }

            return rows;
        }
        catch (Exception error) when (error is InvalidDataException or ExcelReaderException or IOException or System.Xml.XmlException or OverflowException
            or ArgumentException or InvalidOperationException or FormatException or NullReferenceException or IndexOutOfRangeException or KeyNotFoundException)
        {
            // The reader meets a damaged workbook with exceptions of many kinds; all of them mean the same to the person.
            throw new CommandException(ImportText.Get("xlsx.not", name), error);
        }
    }

    private static string? TextOf(object? value) => value switch
    {
        null => null,
        string text => TableText.Clean(text),
        DateTime { TimeOfDay.Ticks: 0 } date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        // A spreadsheet keeps instants as binary fractions of a day: round to the second that was typed.
        DateTime time => time.AddMilliseconds(500).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => TableText.Clean(value.ToString() ?? ""),
    };
}
