using System.Globalization;
using KyCuong.Kiosk.Files;

namespace KyCuong.Kiosk.Journal;

/// <summary>
/// Damaged journals beside the one in use: <c>journal.db.damaged-…</c> until what can be saved of it has been, then
/// <c>journal.db.saved-…</c>, kept for whoever wants to look. With what SQLite keeps beside a database.
/// </summary>
internal static class DamagedFiles
{
    private const string DamagedMark = ".damaged-";
    private const string SavedMark = ".saved-";
    private static readonly string[] Suffixes = ["-shm", "-wal", "-journal", LogSuffix, ""];

    /// <summary>The log as it was before SQLite, closing the database, took of it what it could read and deleted it.</summary>
    public const string LogSuffix = "-log";

    /// <summary>The write-ahead log of a database; none is empty.</summary>
    public static byte[] ReadLog(string path) => File.Exists(path + "-wal") ? ReadShared(path + "-wal") : [];

    /// <summary>Renames a journal that is closed; its new path. Never over another.</summary>
    /// <param name="path">The database.</param>
    /// <param name="log">Its log before it was closed.</param>
    /// <param name="now">For the name.</param>
    public static string SetAside(string path, ReadOnlySpan<byte> log, DateTimeOffset now)
    {
        var stamp = now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var aside = path + DamagedMark + stamp;
        for (var i = 2; File.Exists(aside) || File.Exists(SavedName(aside)); i++) aside = string.Create(CultureInfo.InvariantCulture, $"{path}{DamagedMark}{stamp}-{i}");
        if (log.Length > 0) AtomicFile.Write(path + LogSuffix, log);
        Move(path, aside);
        return aside;
    }

    /// <summary>What was set aside and is still to be saved from, the oldest first.</summary>
    public static List<string> Unsaved(string path) => Named(path, DamagedMark);

    /// <summary>All that were ever set aside and are still there.</summary>
    public static List<string> All(string path) => [.. Named(path, DamagedMark), .. Named(path, SavedMark)];

    /// <summary>Nothing more is to be saved of it.</summary>
    public static void MarkSaved(string aside) => Move(aside, SavedName(aside));

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static string SavedName(string aside) => aside.Replace(DamagedMark, SavedMark, StringComparison.Ordinal);

    private static List<string> Named(string path, string mark) =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path) + mark + "*")
            .Where(file => !Suffixes.Any(suffix => suffix.Length > 0 && file.EndsWith(suffix, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];

    /// <summary>The database last: while it has its old name, all of it is looked for under that.</summary>
    private static void Move(string from, string to)
    {
        foreach (var suffix in Suffixes)
            if (File.Exists(from + suffix)) File.Move(from + suffix, to + suffix);
        DurableFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }
}
