using Microsoft.Win32.SafeHandles;

namespace KyCuong.Protos;

/// <summary>
/// Makes what a write-ahead log holds durable for certain, before anything is built on it. Where a sync failed the system's memory has the bytes and
/// calls them written; the disk has not, and no later sync brings them there (reliability, rule D3). SQLite syncs the log and copies it into the
/// database, which gets what the log on the disk lacks; a power cut before the emptied log is durable brings the old one back without its end, and
/// the database is set back in part: pages of different transactions side by side. Written anew, the bytes are the disk's too.
/// </summary>
public static class RewrittenLog
{
    private const int AtOnce = 1 << 20;

    /// <summary>Writes the file's bytes over themselves and syncs it; nothing where it is missing or empty. Nobody may be writing to it.</summary>
    /// <param name="path">The log's.</param>
    /// <param name="sync">Makes an open file durable, or throws.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is not to be written.</exception>
    public static void Make(string path, Action<SafeFileHandle, string> sync)
    {
        if (!File.Exists(path)) return;
        // Readers of SQLite have it open; it holds no locks in this file.
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        if (length == 0) return;
        var buffer = new byte[Math.Min(AtOnce, length)];
        for (long at = 0; at < length;)
        {
            var read = RandomAccess.Read(file, buffer, at);
            if (read == 0) break;
            RandomAccess.Write(file, buffer.AsSpan(0, read), at);
            at += read;
        }

        sync(file, path);
    }
}
