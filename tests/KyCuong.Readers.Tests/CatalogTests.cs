using System.Text.RegularExpressions;

namespace KyCuong.Readers.Tests;

/// <summary>The catalogue, the vectors and the notes for people with a screwdriver tell the same story.</summary>
public sealed partial class CatalogTests
{
    public static TheoryData<string> Readers => [.. ReaderCatalog.All.Select(p => p.Id)];

    [Fact]
    public void Drivers_reference_nothing_but_the_runtime() =>
        Assert.All(typeof(ReaderCatalog).Assembly.GetReferencedAssemblies(), a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));

    [Fact]
    public void Names_are_unique_and_found() =>
        Assert.All(ReaderCatalog.All, p => Assert.Same(p, ReaderCatalog.Find(p.Id)));

    [Fact]
    public void Unknown_name_is_no_reader() => Assert.Null(ReaderCatalog.Find("RDM6300"));

    [Theory, MemberData(nameof(Readers))]
    public void Reader_has_vectors_with_sources_and_says_when_it_resynchronises(string reader)
    {
        var file = VectorFile.Of(reader);
        Assert.NotEmpty(file.Vectors);
        Assert.NotEmpty(file.Sources);
        Assert.NotNull(file.Resync);
        Assert.Equal(file.Vectors.Count, file.Vectors.Select(v => v.Name).Distinct().Count());
    }

    [Theory, MemberData(nameof(Readers))]
    public void Reader_has_a_page_that_says_what_people_need(string reader)
    {
        var page = File.ReadAllText(Path.Combine(Notes, reader + ".md"));
        Assert.All(["## Wiring", "## Settings", "## Bytes", "## Quirks", "## Capture", "Seen on a real unit:"], heading => Assert.Contains(heading, page, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Readers))]
    public void Page_of_a_reader_whose_format_cannot_tell_a_flipped_bit_says_so(string reader)
    {
        var page = File.ReadAllText(Path.Combine(Notes, reader + ".md")).ReplaceLineEndings(" ");
        if (VectorFile.Of(reader).Unprotected is { } why)
            Assert.Contains(why, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_vector_file_belongs_to_a_reader() => Assert.Equal(
        ReaderCatalog.All.Select(p => p.Id).Order(StringComparer.Ordinal),
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "vectors")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void Support_table_of_the_notes_is_the_catalogue()
    {
        var rows = File.ReadLines(Path.Combine(Notes, "README.md")).Select(l => Row().Match(l)).Where(m => m.Success)
            .Select(m => $"{m.Groups["models"].Value.Trim()} | {m.Groups["interface"].Value.Trim()} | {m.Groups["id"].Value} | {m.Groups["vectors"].Value}");
        Assert.Equal(ReaderCatalog.All.Select(p => $"{p.Models} | {p.Interface} | {p.Id} | {VectorFile.Of(p.Id).Vectors.Count}"), rows);
    }

    /// <summary>Of the last column, too: nobody is told in the table that a reader was tried which its page says was not.</summary>
    [Fact]
    public void Support_table_says_of_each_reader_what_its_page_says_of_a_real_unit()
    {
        var rows = File.ReadLines(Path.Combine(Notes, "README.md")).Select(l => Row().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups["id"].Value, m => m.Groups["seen"].Value);
        Assert.Equal(ReaderCatalog.All.Select(p => p.Id), rows.Keys);
        Assert.All(ReaderCatalog.All, p => Assert.Equal((p.Id, Assert.Single(Seen().Matches(File.ReadAllText(Path.Combine(Notes, p.Id + ".md")))).Groups["seen"].Value), (p.Id, rows[p.Id])));
    }

    private static string Notes => Path.Combine(Root(AppContext.BaseDirectory), "hardware-notes");

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "KyCuong.sln"))
        ? folder
        : Root(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside the repository"));

    // | RDM6300, RDM630 | TTL serial | [`rdm6300`](rdm6300.md) | 28 | no |
    [GeneratedRegex(@"^\|(?<models>[^|]+)\|(?<interface>[^|]+)\| \[`(?<id>[^`]+)`\]\(\k<id>\.md\) \| (?<vectors>\d+) \| (?<seen>[^|]+) \|$")]
    private static partial Regex Row();

    // "Seen on a real unit: no." or "Seen on a real unit: yes, GM65 firmware 2.1; …": to the stop or the semicolon.
    [GeneratedRegex(@"Seen on a real unit: (?<seen>no|yes[^.;\n]*)")]
    private static partial Regex Seen();
}
