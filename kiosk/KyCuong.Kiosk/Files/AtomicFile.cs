namespace KyCuong.Kiosk.Files;

/// <summary>Files that are whole or absent after a power cut: written beside, synced, and renamed durably. For the service's user only.</summary>
public static class AtomicFile
{
    /// <summary>Mode of everything the kiosk keeps on Linux.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of its directories there.</summary>
    public const UnixFileMode PrivateDirectory = Private | UnixFileMode.UserExecute;

    /// <summary>Replaces the file durably.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var beside = Beside(path);
        using (var stream = PrivateFile.Create(beside))
        {
            stream.Write(content);
            DurableFile.Sync(stream.SafeFileHandle, beside);
        }

        DurableFile.Replace(beside, path);
    }

    /// <summary>Replaces the file so that readers see the old or the new one; a power cut may lose the new one. For what is rewritten all the time.</summary>
    public static void WriteVolatile(string path, ReadOnlySpan<byte> content)
    {
        var beside = Beside(path);
        using (var stream = PrivateFile.Create(beside)) stream.Write(content);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Writes over a file where it lies: on a full disk its own room is all there is. Who reads at that moment may see half of it.</summary>
    public static void WriteOver(string path, ReadOnlySpan<byte> content)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(content);
        stream.SetLength(content.Length);
    }

    /// <summary>
    /// Makes an empty file where there is none, for a database that SQLite would make open to everyone; what SQLite lays beside it
    /// takes its mode on Linux, the directory's rights on Windows. One that is there is closed to others.
    /// </summary>
    public static void EnsurePrivate(string path) => PrivateFile.Ensure(path);

    /// <summary>Makes a directory for the service's user only, or leaves an existing one as it is.</summary>
    public static void CreateDirectory(string path) => PrivateFile.CreateDirectory(path);

    private static string Beside(string path)
    {
        var beside = path + ".new";
        File.Delete(beside);
        return beside;
    }
}
