using System.Text;
using KyCuong.Fuzz.References;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Imports;
using KyCuong.Server.Formats;

namespace KyCuong.Fuzz.Targets;

/// <summary>A table to import, as CSV: refused with a sentence, row by row or whole, or the rows that a second reader reads.</summary>
internal sealed class CsvTarget : ITarget
{
    private static readonly string[] Required = ["staff_code", "full_name"];
    private static readonly string[] Optional = ["unit", "note"];

    public string Name => "csv";

    public int Weight => 60;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "staff_code,full_name,unit,note\nNV001,Nguyễn Văn An,VP,\nNV002,\"Trần, \"\"Bình\"\"\",VP,=1+1\n", "\uFEFFstaff_code;full_name\r\nNV001;Lê Thị Hòa\r\n", "staff_code,full_name\n\n\n\"NV\n1\",x\n",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public byte[] Generate(Random random)
    {
        string[] cells = ["", "NV001", "Nguyễn Văn An", "\"a,b\"", "\"a\"\"b\"", "\"a\nb\"", "=1+1", "\"", " x ", "\u0000", "𠮷", "He\u0300", new('x', 4_097)];
        var text = new StringBuilder("staff_code,full_name,unit,note\n");
        for (var rows = random.Next(6); rows > 0; rows--)
            text.AppendJoin(random.Next(8) == 0 ? ';' : ',', Enumerable.Range(0, random.Next(6)).Select(_ => cells[random.Next(cells.Length - (random.Next(8) == 0 ? 0 : 1))])).Append(random.Next(4) == 0 ? "\r\n" : "\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public long MostAllocated(int inputBytes) => 256 * 1024 + (256L * inputBytes);

    public string? Take(byte[] input)
    {
        var problems = new ProblemList();
        if (Read(input, problems) is not { } table || problems.Count > 0) return null;
        var second = CsvRows.Read(Encoding.UTF8.GetString(input));
        var header = second[0].Select(column => column?.ToLowerInvariant()).ToArray();
        var expected = second.Skip(1).Select(row => Say(Required.Concat(Optional).Select(column => Array.IndexOf(header, column) is >= 0 and var at && at < row.Length ? row[at] : null))).ToList();
        var read = table.Rows.Select(row => Say(Required.Concat(Optional).Select(column => table.Cell(row, column)))).ToList();
        return read.SequenceEqual(expected) ? null : $"read {string.Join(" / ", read)}; the second reader {string.Join(" / ", expected)}";
    }

    private static TableFile? Read(byte[] content, ProblemList problems)
    {
        try
        {
            return TableFile.Read(content, "bang.csv", Required, Optional, problems);
        }
        catch (CommandException refused)
        {
            return string.IsNullOrWhiteSpace(refused.Message) ? throw new InvalidOperationException("refused without a sentence") : null;
        }
    }

    private static string Say(IEnumerable<string?> cells) => string.Join('|', cells.Select(cell => cell ?? "-"));
}
