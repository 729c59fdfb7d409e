using KyCuong.Server.Cli;

namespace KyCuong.Server.Store;

/// <summary>
/// Everything the server keeps lies in one directory that only its user may enter (0700, files 0600). Thread-safe.
/// </summary>
public sealed class DataDirectory
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    internal const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private DataDirectory(string root) => Root = root;

    /// <summary>Full path.</summary>
    public string Root { get; }

    /// <summary>The SQLite store; opened by nobody but <see cref="ServerStore"/>.</summary>
    public string StoreFile => PathOf("store.db");

    /// <summary>Locked while a process has the store open.</summary>
    public string LockFile => PathOf("lock");

    /// <summary>Id of the process that locked it last.</summary>
    public string ProcessIdFile => PathOf("lock.pid");

    /// <summary>Copies of the store made before it is migrated.</summary>
    public string BackupFolder => PathOf("backups");

    /// <summary>The directory, made if it is not there, open to its owner alone.</summary>
    /// <exception cref="CommandException">It cannot be made or closed to others.</exception>
    public static DataDirectory Open(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            MakeFolder(root);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(StoreText.Get("DataDirectoryUnusable", root, problem.Message.TrimEnd('.')), problem);
        }

        return new DataDirectory(root);
    }

    /// <summary>The path of a file or folder in it.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>The path of a folder in it, made if it is not there, open to its owner alone.</summary>
    public string Folder(string name)
    {
        var path = PathOf(name);
        MakeFolder(path);
        return path;
    }

    /// <summary>
    /// Writes a whole file (0600) that is complete and on disk when this returns, or is as it was. Its folder must exist.
    /// </summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void WriteFile(string name, ReadOnlySpan<byte> content)
    {
        var path = PathOf(name);
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, NewFile(FileMode.CreateNew)))
        {
            file.Write(content);
            file.Flush();
            Disk.Sync(file.SafeFileHandle, draft);
        }

        File.Move(draft, path, overwrite: true);
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Takes the directory for this process until the lock is disposed.</summary>
    /// <exception cref="CommandException">Another process has it; the sentence names it.</exception>
    public DataLock Lock() => DataLock.Take(this);

    internal static FileStreamOptions NewFile(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return options;
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        var made = Directory.CreateDirectory(path, OnlyOwner);
        if (made.UnixFileMode != OnlyOwner) made.UnixFileMode = OnlyOwner;
    }
}
