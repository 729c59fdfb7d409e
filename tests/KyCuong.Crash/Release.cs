using System.IO.Compression;
using System.Text.Json;

namespace KyCuong.Crash;

/// <summary>What a release left behind (tests/releases): a store and a kiosk's journal that its programs made, and what was in them.</summary>
/// <param name="Schema">Of the store.</param>
/// <param name="JournalSchema">Of the journal.</param>
/// <param name="Taps">In the store.</param>
/// <param name="Events">Journal entries in the store that are no taps.</param>
/// <param name="LogHead">Where the store's log ends, number and hash.</param>
/// <param name="JournalLast">The journal's newest sequence.</param>
/// <param name="JournalLastHash">Its hash, lower-case hex.</param>
internal sealed record Release(int Schema, int JournalSchema, long Taps, long Events, string LogHead, long JournalLast, string JournalLastHash)
{
    public const string Facts = "release.json";
    public const string Store = "store.db.gz";
    public const string Journal = "journal.db.gz";

    /// <summary>A store on PostgreSQL, as statements that any release of it reads; and what was in it.</summary>
    public const string PostgresStore = "postgres.sql.gz";

    public const string PostgresFacts = "postgres.json";
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The releases that are kept, by their folders.</summary>
    public static IReadOnlyList<string> Kept => [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "releases")).Order(StringComparer.Ordinal)];

    public static Release Read(string folder, string facts = Facts) => JsonSerializer.Deserialize<Release>(File.ReadAllText(Path.Combine(folder, facts)), Json)!;

    /// <summary>Writes one of a release's files out.</summary>
    public static void Unpack(string folder, string name, string to)
    {
        using var packed = new GZipStream(File.OpenRead(Path.Combine(folder, name)), CompressionMode.Decompress);
        using var file = File.Create(to);
        packed.CopyTo(file);
    }

    /// <summary>One of a release's files as text; null: the release has none of that name.</summary>
    public static string? Text(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        if (!File.Exists(file)) return null;
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    /// <summary>Packs a file into a release's folder.</summary>
    public static void Pack(string file, string folder, string name)
    {
        using var packed = new GZipStream(File.Create(Path.Combine(folder, name)), CompressionLevel.SmallestSize);
        using var content = File.OpenRead(file);
        content.CopyTo(packed);
    }
}
