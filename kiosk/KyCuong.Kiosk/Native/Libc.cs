using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Native;

/// <summary>The few calls of libc that managed code lacks or reports wrongly (.NET 10.0.12 calls a failed fsync a success). Linux.</summary>
internal static partial class Libc
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int ReadWriteCreateCloseOnExec = 2 | 0x40 | 0x80000;
    private const int OwnerReadWrite = 0x180;
    private const int LockExclusiveNoWait = 2 | 4;
    private const int WouldBlock = 11;
    private const int ClockBoottime = 7;

    /// <summary>Makes a file's content durable, or throws.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (Fsync(file) != 0) throw Failure("fsync", path);
    }

    /// <summary>Makes a directory's names durable (managed code cannot open a directory), or throws.</summary>
    public static void SyncDirectory(string path)
    {
        var raw = Open(path, ReadOnlyCloseOnExec, 0);
        if (raw < 0) throw Failure("open", path);
        using var handle = new SafeFileHandle(raw, ownsHandle: true);
        Sync(handle, path);
    }

    /// <summary>Opens a file to lock it, made with mode 0600. FileStream would take a lock of its own and fail with another sentence.</summary>
    public static SafeFileHandle OpenLockFile(string path)
    {
        var raw = Open(path, ReadWriteCreateCloseOnExec, OwnerReadWrite);
        return raw < 0 ? throw Failure("open", path) : new SafeFileHandle(raw, ownsHandle: true);
    }

    /// <summary>Takes an exclusive lock that ends with the handle; false when another process holds it.</summary>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        if (Flock(file, LockExclusiveNoWait) == 0) return true;
        return Marshal.GetLastPInvokeError() == WouldBlock ? false : throw Failure("flock", path);
    }

    /// <summary>CLOCK_BOOTTIME in nanoseconds: since boot, through suspend, untouched by settings of the wall clock.</summary>
    public static long BootTimeNanoseconds()
    {
        if (ClockGetTime(ClockBoottime, out var time) != 0) throw Failure("clock_gettime", "CLOCK_BOOTTIME");
        return checked(time.Seconds * 1_000_000_000 + time.Nanoseconds);
    }

    /// <summary>What this process makes from here on is open to its user alone (0600, 0700), logs of others' making included.</summary>
    public static void KeepPrivate()
    {
        const uint OthersBits = 0x3F; // 077
        _ = Umask(OthersBits);
    }

    private static IOException Failure(string call, string what)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{call} of {what} failed: {error.Message}.", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    /// <summary>struct timespec of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
