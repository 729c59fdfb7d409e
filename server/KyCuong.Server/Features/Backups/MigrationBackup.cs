using System.Globalization;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Backups;

/// <summary>
/// The copy made before a store that holds something is migrated (reliability rule D26), in <c>backups</c> of the data directory: a sealed backup that
/// <c>restore</c> takes, if this server has a key for backups, else the plain copy for its owner alone. A file of that name is whole: what a
/// kill leaves unfinished has another.
/// </summary>
internal static class MigrationBackup
{
    private const string Draft = "migration.tmp";

    /// <summary>Makes it; when this returns it is whole, checked and on disk.</summary>
    /// <param name="data">The server's data.</param>
    /// <param name="kind">sqlite or postgres.</param>
    /// <param name="version">The schema before.</param>
    /// <param name="time">For its name.</param>
    /// <param name="copyTo">Writes a checked copy of the store to a file that does not exist.</param>
    /// <returns>Its file.</returns>
    /// <exception cref="CommandException">It could not be made; then nothing may be migrated.</exception>
    public static string Make(DataDirectory data, StoreKind kind, int version, TimeProvider time, Action<string> copyTo)
    {
        var folder = data.Folder(Path.GetFileName(data.BackupFolder));
        var (copy, archive) = (Path.Combine(folder, Draft), Path.Combine(folder, Draft + ".kcb"));
        var now = time.GetUtcNow();
        var name = Free(folder, string.Create(CultureInfo.InvariantCulture, $"before-migration-v{version}-{now:yyyyMMdd'T'HHmmss'Z'}"));
        try
        {
            Clear();
            copyTo(copy);
            if (BackupKey.Known(data) is { } key)
            {
                // Where a log ends is read by whoever opens the copy; this schema may not have one.
                BackupArchive.Write(archive, key, new BackupManifest(kind == StoreKind.Sqlite ? "sqlite" : "postgres", UnixTime.ToUs(now), "", new Dictionary<string, string>()), BackupFiles.With(data, kind, copy));
                BackupArchive.Read(archive, key, _ => null);
                File.Move(archive, name += ".kcb");
            }
            else
            {
                using (var file = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite)) Disk.Sync(file.SafeFileHandle, copy);
                File.Move(copy, name += kind == StoreKind.Sqlite ? ".db" : ".dump");
            }

            Disk.SyncFolder(folder);
            return name;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(BackupText.Get("notWritten", name, problem.Message.TrimEnd('.')), problem);
        }
        finally
        {
            Clear();
        }

        void Clear()
        {
            foreach (var file in new[] { copy, copy + "-journal", copy + "-wal", copy + "-shm", archive }) File.Delete(file);
        }
    }

    /// <summary>Never over another: a server that was killed and started again within a second makes a second one.</summary>
    private static string Free(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        for (var i = 2; Directory.EnumerateFiles(folder, Path.GetFileName(path) + ".*").Any(); i++) path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"));
        return path;
    }
}
