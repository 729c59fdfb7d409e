using KyCuong.Server.Store;

namespace KyCuong.Server.Certificates;

/// <summary>
/// Files that must never be half there, and that only the service's user may read: keys and certificates. Thread-safe
/// for different paths.
/// </summary>
internal static class SecretFile
{
    /// <summary>No file here is longer than this many bytes.</summary>
    public const int MostBytes = 16 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyDirectory = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>Makes the directory for such files, 0700.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnlyDirectory);
    }

    /// <summary>
    /// Writes a new file, mode 0600: after this returns it is on disk under its name, and after a power cut it is there
    /// whole or not at all. A file that already has the name is replaced.
    /// </summary>
    /// <exception cref="IOException">It could not be written or the disk did not confirm it.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(temporary, options))
        {
            file.Write(content);
            Disk.Sync(file.SafeFileHandle, temporary);
        }

        File.Move(temporary, path, overwrite: true);
        Disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>The whole file, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is longer than <see cref="MostBytes"/>, or others may read it.</exception>
    public static byte[]? Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return null;
        if (file.Length > MostBytes) throw new InvalidDataException($"{path} has {file.Length} bytes; a key or certificate has at most {MostBytes}.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) is var others && others != UnixFileMode.None)
            throw new InvalidDataException($"{path} is open to others ({others}); make it readable by its owner alone (chmod 600).");
        return File.ReadAllBytes(path);
    }
}
