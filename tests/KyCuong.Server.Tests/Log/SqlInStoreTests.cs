using System.Text.RegularExpressions;

namespace KyCuong.Server.Tests.Log;

/// <summary>
/// SQL that writes stands in <c>Store</c>, which enters it in the server's log, or in one of the few places named here that say themselves what enters.
/// (What Entity Framework could do past the log is banned by the analyzer: <c>server/KyCuong.Server/BannedSymbols.Log.txt</c>. A text that is put together
/// is no statement: <c>StoreSession.Prepare</c> expects a constant, else CA1857 stops the build.)
/// </summary>
public sealed partial class SqlInStoreTests
{
    /// <summary>Files that write by SQL outside Store, and why nothing passes the log by.</summary>
    private static readonly Dictionary<string, string> Writers = new()
    {
        ["Ingest/JournalStore.cs"] = "taps and events: each run of a journal is entered in its transaction (JournalRuns); gaps and conflicts with them",
        ["Ingest/TapResolver.cs"] = "derived tables, worked out anew by KyCuong.Verify",
        ["Ingest/TapDerivation.cs"] = "imported taps: each import is entered (ImportedRun); the rest are derived tables",
        ["Certificates/BadgeKeyRing.cs"] = "badge_keys: enters the row itself, beside the statement",
    };

    [Fact]
    public void Nobody_outside_Store_writes_by_SQL_but_those_named() =>
        Assert.Equal(Writers.Keys.Order(StringComparer.Ordinal), Sources().Where(source => Writes().IsMatch(source.Text)).Select(source => source.Name).Order(StringComparer.Ordinal));

    /// <summary>The demo counts, on a connection that can only read, what it has made.</summary>
    [Fact]
    public void Nobody_outside_Store_makes_commands_of_a_database_but_the_demo() =>
        Assert.Equal(["Features/Demo/DemoRun.cs"], Sources().Where(source => Commands().IsMatch(source.Text)).Select(source => source.Name));

    [Fact]
    public void Nobody_outside_Store_prepares_a_text_that_is_no_constant() =>
        Assert.Equal([], Sources().Where(source => source.Text.Contains("CA1857", StringComparison.Ordinal)).Select(source => source.Name));

    private static IEnumerable<(string Name, string Text)> Sources()
    {
        var root = Root(AppContext.BaseDirectory);
        var server = Path.Combine(root, "server", "KyCuong.Server");
        foreach (var path in Directory.EnumerateFiles(server, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(server, path).Replace('\\', '/');
            if (!name.StartsWith("Store/", StringComparison.Ordinal) && !name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal))
                yield return (name, File.ReadAllText(path));
        }
    }

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "KyCuong.sln"))
        ? folder
        : Root(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside the repository"));

    [GeneratedRegex(
        @"\b(INSERT|REPLACE)\s+(OR\s+\w+\s+)?INTO\b|\bDELETE\s+FROM\b|\bUPDATE\s+\w+\s+(AS\s+\w+\s+)?SET\b|\bMERGE\s+INTO\b|\b(CREATE|ALTER|DROP)\s+(TABLE|INDEX|TRIGGER|VIEW)\b|\bTRUNCATE\s+(TABLE\s+)?\w|\bPrepareInsert\(",
        RegexOptions.IgnoreCase)]
    private static partial Regex Writes();

    [GeneratedRegex("CreateCommand|CommandText|NpgsqlCommand|SqliteCommand")]
    private static partial Regex Commands();
}
