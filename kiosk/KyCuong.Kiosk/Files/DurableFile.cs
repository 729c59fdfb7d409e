using KyCuong.Kiosk.Native;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Files;

/// <summary>
/// What a power cut leaves of files: the seam between Linux and Windows. A file's content is synced alike; a change of names is made
/// durable by syncing its directory on Linux, and by waiting for the rename itself on Windows, which has no call for directories.
/// </summary>
internal static class DurableFile
{
    /// <summary>Makes a file's content durable, or throws. It is open for writing.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows()) Kernel32.Sync(file, path);
        else Libc.Sync(file, path);
    }

    /// <summary>Renames a file over another, durably.</summary>
    public static void Replace(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            Kernel32.Replace(from, to);
            return;
        }

        File.Move(from, to, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(to)!);
    }

    /// <summary>Makes a directory's names durable on Linux; on Windows the file system's own journal keeps them whole and in order.</summary>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsWindows()) Libc.SyncDirectory(path);
    }
}
