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

    /// <summary>The write-ahead log of a database, with zeros where it cannot be read; none is empty.</summary>
    /// <param name="path">The database.</param>
    /// <param name="unreadable">Bytes that cannot be.</param>
    public static byte[] ReadLog(string path, out long unreadable)
    {
        unreadable = 0;
        return File.Exists(path + "-wal") ? AroundBadBlocks.ReadAll(path + "-wal", out unreadable) : [];
    }

    /// <summary>Renames a journal that is closed; its new path. Never over another. A database that is not there is set aside empty, for its log.</summary>
    /// <param name="path">The database.</param>
    /// <param name="log">Its log before it was closed.</param>
    /// <param name="now">For the name.</param>
    public static string SetAside(string path, ReadOnlySpan<byte> log, DateTimeOffset now)
    {
        var stamp = now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var aside = path + DamagedMark + stamp;
        for (var i = 2; File.Exists(aside) || File.Exists(SavedName(aside)); i++) aside = string.Create(CultureInfo.InvariantCulture, $"{path}{DamagedMark}{stamp}-{i}");
        if (log.Length > 0) AtomicFile.Write(path + LogSuffix, log);
        AtomicFile.EnsurePrivate(path);
        Move(path, aside);
        return aside;
    }

    /// <summary>Ends a setting aside in which the program was: the new path of the database that was left, null when there is none.</summary>
    public static string? FinishSettingAside(string path)
    {
        if (Beside(path, DamagedMark).Select(Database).FirstOrDefault(aside => !File.Exists(aside)) is not { } half) return null;
        AtomicFile.EnsurePrivate(path);
        Move(path, half);
        return half;
    }

    /// <summary>What was set aside and is still to be saved from, the oldest first.</summary>
    public static List<string> Unsaved(string path) => Named(path, DamagedMark);

    /// <summary>All that were ever set aside and are still there.</summary>
    public static List<string> All(string path) => [.. Named(path, DamagedMark), .. Named(path, SavedMark)];

    /// <summary>Nothing more is to be saved of it.</summary>
    public static void MarkSaved(string aside) => Move(aside, SavedName(aside));

    private static string SavedName(string aside) => aside.Replace(DamagedMark, SavedMark, StringComparison.Ordinal);

    private static List<string> Named(string path, string mark) => [.. Beside(path, mark).Where(file => Database(file) == file).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Beside(string path, string mark) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path) + mark + "*");

    /// <summary>The database that a file belongs to.</summary>
    private static string Database(string file) =>
        Suffixes.FirstOrDefault(suffix => suffix.Length > 0 && file.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix ? file[..^suffix.Length] : file;

    /// <summary>The database last: what has a new name without it tells that this was not ended.</summary>
    private static void Move(string from, string to)
    {
        foreach (var suffix in Suffixes)
            if (File.Exists(from + suffix)) File.Move(from + suffix, to + suffix);
        DurableFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }
}
