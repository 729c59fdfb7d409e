using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Native;

/// <summary>The few calls of kernel32 that managed code lacks or softens (a flush that is refused, a rename that may be lost). Windows 10 and later.</summary>
[SupportedOSPlatform("windows")]
internal static partial class Kernel32
{
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;

    /// <summary>Makes a file's content durable, or throws. The file must be open for writing.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (!FlushFileBuffers(file)) throw Failure("FlushFileBuffers", path);
    }

    /// <summary>Renames a file over another and returns when the change of names is on the disk.</summary>
    public static void Replace(string from, string to)
    {
        if (!MoveFileEx(from, to, ReplaceExisting | WriteThrough)) throw Failure("MoveFileEx", to);
    }

    /// <summary>Interrupt time in nanoseconds: since boot, through sleep, untouched by settings of the wall clock.</summary>
    public static long InterruptTimeNanoseconds()
    {
        QueryInterruptTimePrecise(out var ticks);
        return checked((long)ticks * 100);
    }

    private static IOException Failure(string call, string what)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{call} of {what} failed: {error.Message}.", error);
    }

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);

    [LibraryImport("kernel32.dll", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFileEx(string from, string to, uint flags);

    [LibraryImport("api-ms-win-core-realtime-l1-1-1.dll")]
    private static partial void QueryInterruptTimePrecise(out ulong ticks);
}
