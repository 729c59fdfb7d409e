using System.IO.Compression;
using System.Xml;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// Looks through a workbook's parts before the reader of workbooks does, which makes room for whatever column a cell says it stands in, and for all rows
/// up to the one it names: a file of 3 KB took 2.5 GB. Counts what the parts really unpack to, whatever the archive says. Pure.
/// </summary>
internal static class XlsxBounds
{
    /// <summary>A cell further to the right is a mistake: no table has a tenth of that.</summary>
    public const int LastColumn = 1_024;

    /// <summary>The last row of Excel.</summary>
    public const int LastRow = 1_048_576;

    /// <summary>Empty rows between others, together: each costs as much as a full one.</summary>
    public const int MostEmptyRows = 10_000;

    /// <summary>Null: the workbook keeps to the bounds. Else a sentence.</summary>
    /// <exception cref="InvalidDataException">It is no archive, or a part is damaged.</exception>
    /// <exception cref="XmlException">A part is no XML.</exception>
    public static string? Problem(ZipArchive archive, string name)
    {
        var left = XlsxTable.LargestUnpacked;
        foreach (var entry in archive.Entries)
        {
            using var part = new Counted(entry.Open(), left);
            try
            {
                if (entry.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || entry.Name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase))
                {
                    if (PartProblem(part, name) is { } problem) return problem;
                }
                else
                {
                    part.CopyTo(Stream.Null);
                }
            }
            catch (TooMuchException)
            {
                return ImportText.Get("xlsx.tooLarge", name, XlsxTable.LargestUnpacked >> 20);
            }

            left = part.Left;
        }

        return null;
    }

    private static string? PartProblem(Stream part, string name)
    {
        var (last, empty) = (0, 0);
        using var reader = XmlReader.Create(part, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true });
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.LocalName == "c" && reader.GetAttribute("r") is { } cell && !IsCell(cell)) return ImportText.Get("xlsx.farCell", name, cell, LastColumn, LastRow);
            if (reader.LocalName == "row")
            {
                if (!IsRow(reader.GetAttribute("r"), ref last, ref empty)) return ImportText.Get("xlsx.farRow", name, reader.GetAttribute("r"), last, MostEmptyRows);
            }

            // The binary form of workbooks says its cells otherwise.
            if (reader.LocalName == "Relationship" && reader.GetAttribute("Target") is { } target && IsBinary(target, reader.GetAttribute("Type") ?? "")) return ImportText.Get("xlsx.not", name);
        }

        return null;
    }

    /// <summary>Letters, then digits, e.g. <c>AB12</c>, within the bounds.</summary>
    private static bool IsCell(string cell)
    {
        var (column, letters) = (0, 0);
        for (; letters < cell.Length && char.IsAsciiLetter(cell[letters]); letters++)
        {
            column = (26 * column) + char.ToUpperInvariant(cell[letters]) - 'A' + 1;
            if (column > LastColumn) return false;
        }

        return letters > 0 && IsUpTo(cell[letters..], LastRow);
    }

    /// <summary>The next row, or one behind it with not too many empty ones before.</summary>
    private static bool IsRow(string? given, ref int last, ref int empty)
    {
        if (given is null)
        {
            last++;
            return true;
        }

        if (!IsUpTo(given, LastRow)) return false;
        var row = int.Parse(given, System.Globalization.CultureInfo.InvariantCulture);
        empty += Math.Max(0, row - last - 1);
        if (empty > MostEmptyRows) return false;
        last = Math.Max(last, row);
        return true;
    }

    private static bool IsUpTo(string digits, int most) => digits.Length is > 0 and <= 7 && digits.All(char.IsAsciiDigit) && int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) is >= 1 and var number && number <= most;

    private static bool IsBinary(string target, string type) =>
        target.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)
        && ((string[])["/worksheet", "/officeDocument", "/sharedStrings", "/styles"]).Any(part => type.EndsWith(part, StringComparison.OrdinalIgnoreCase));

    private sealed class TooMuchException : Exception;

    /// <summary>A part as far as it may go.</summary>
    private sealed class Counted(Stream inner, long left) : Stream
    {
        public long Left { get; private set; } = left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            Left -= read;
            return Left < 0 ? throw new TooMuchException() : read;
        }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
