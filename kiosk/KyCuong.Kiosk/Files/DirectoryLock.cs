using KyCuong.Kiosk.Native;
using KyCuong.Kiosk.Resources;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Files;

/// <summary>
/// Keeps a second process off the same data directory: two writers of one journal would fork it. The kernel lets go of it
/// when the process ends, however it ends.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly SafeFileHandle _file;

    private DirectoryLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock; null when another process has it.</summary>
    public static DirectoryLock? TryTake(DataDirectory directory) =>
        OperatingSystem.IsWindows() ? TryOpenAlone(directory.Lock) : TryFlock(directory.Lock);

    /// <summary>Takes the lock.</summary>
    /// <exception cref="KioskException">Another process has it.</exception>
    public static DirectoryLock Take(DataDirectory directory) => TryTake(directory)
        ?? throw new KioskException(CommandText.DirectoryTaken(directory.Root));

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static DirectoryLock? TryFlock(string path)
    {
        var file = Libc.OpenLockFile(path);
        try
        {
            if (Libc.TryLock(file, path)) return new DirectoryLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    // Windows opens a file for one alone; there is no second call that may fail.
    private static DirectoryLock? TryOpenAlone(string path)
    {
        try
        {
            return new DirectoryLock(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult == SharingViolation)
        {
            return null;
        }
    }
}
