using KyCuong.Kiosk.Native;

namespace KyCuong.Kiosk.Files;

/// <summary>Files that are whole or absent after a power cut: written beside, synced, renamed, and the directory synced.</summary>
public static class AtomicFile
{
    /// <summary>Mode of everything the kiosk keeps: the service's user only.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of the directories.</summary>
    public const UnixFileMode PrivateDirectory = Private | UnixFileMode.UserExecute;

    /// <summary>Replaces the file durably, with mode 0600.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        WriteBeside(path, content, durable: true);
        Libc.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Replaces the file so that readers see the old or the new one; a power cut may lose the new one. For what is rewritten all the time.</summary>
    public static void WriteVolatile(string path, ReadOnlySpan<byte> content) => WriteBeside(path, content, durable: false);

    /// <summary>
    /// Makes an empty file of mode 0600 where there is none, for a database that SQLite would make open to everyone; what
    /// SQLite lays beside it takes the same mode. One that is there is closed to others.
    /// </summary>
    public static void EnsurePrivate(string path)
    {
        using (new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Read, Share = FileShare.ReadWrite, UnixCreateMode = Private }))
            File.SetUnixFileMode(path, Private);
    }

    /// <summary>Makes a directory of mode 0700, or leaves an existing one as it is.</summary>
    public static void CreateDirectory(string path) => Directory.CreateDirectory(path, PrivateDirectory);

    private static void WriteBeside(string path, ReadOnlySpan<byte> content, bool durable)
    {
        var beside = path + ".new";
        File.Delete(beside);
        using (var stream = new FileStream(beside, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Private,
            BufferSize = 0,
        }))
        {
            stream.Write(content);
            if (durable) Libc.Sync(stream.SafeFileHandle, beside);
        }

        File.Move(beside, path, overwrite: true);
    }
}
