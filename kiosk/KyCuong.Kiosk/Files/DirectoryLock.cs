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
    private readonly SafeFileHandle _file;

    private DirectoryLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock; null when another process has it.</summary>
    public static DirectoryLock? TryTake(DataDirectory directory)
    {
        var file = Libc.OpenLockFile(directory.Lock);
        try
        {
            if (Libc.TryLock(file, directory.Lock)) return new DirectoryLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="KioskException">Another process has it.</exception>
    public static DirectoryLock Take(DataDirectory directory) => TryTake(directory)
        ?? throw new KioskException(CommandText.DirectoryTaken(directory.Root));

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
