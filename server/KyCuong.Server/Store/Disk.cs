using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Server.Store;

/// <summary>
/// fsync by libc: the runtime's own flush reports success when the disk reports an error (.NET 10.0.12).
/// </summary>
internal static class Disk
{
    private const int OpenDirectory = 0x10000; // O_DIRECTORY | O_RDONLY
    private const int CloseOnExec = 0x80000;

    public static void Sync(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!FlushFileBuffers(file)) throw Failed(path);
            return;
        }

        if (FSync(file) != 0) throw Failed(path);
    }

    /// <summary>Makes a rename in this folder durable. Windows needs and has no such call.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = OpenFolder(path, OpenDirectory);
        if (FSync(folder) != 0) throw Failed(path);
    }

    /// <summary>An open handle of a folder, which managed code cannot have. Not on Windows.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static SafeFileHandle OpenFolder(string path, int flags = OpenDirectory | CloseOnExec)
    {
        var folder = OpenFolder(System.Text.Encoding.UTF8.GetBytes(path + "\0"), flags);
        return folder.IsInvalid ? throw Failed(path) : folder;
    }

    /// <summary>What this process makes from here on is open to its user alone (0600, 0700), logs of others' making included.</summary>
    public static void KeepPrivate()
    {
        const uint OthersBits = 0x3F; // 077
        if (!OperatingSystem.IsWindows()) _ = Umask(OthersBits);
    }

    private static IOException Failed(string path) =>
        new($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle OpenFolder(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Umask(uint mask);

    [DllImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool FlushFileBuffers(SafeFileHandle file);
}
