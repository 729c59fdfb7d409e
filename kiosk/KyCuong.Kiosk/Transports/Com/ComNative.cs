using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Kiosk.Transports.Com;

/// <summary>The calls of kernel32 a serial line needs. Right after each call its error number must be taken by <see cref="Marshal.GetLastPInvokeError"/>.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class ComNative
{
    public const uint ReadWrite = 0xC0000000;
    public const uint OpenExisting = 3;
    public const uint Overlapped = 0x40000000;
    public const uint PurgeAll = 0xF;

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle CreateFile(string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetCommState(SafeFileHandle line, ref Dcb settings);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetCommState(SafeFileHandle line, ref Dcb settings);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetCommTimeouts(SafeFileHandle line, in Timeouts timeouts);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool PurgeComm(SafeFileHandle line, uint what);

    /// <summary>Clears a line's error, which would stop it, and fails when the device is gone.</summary>
    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ClearCommError(SafeFileHandle line, out uint errors, nint state);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ReadFile(SafeFileHandle line, byte* buffer, uint count, nint transferred, NativeOverlapped* operation);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool WriteFile(SafeFileHandle line, byte* buffer, uint count, nint transferred, NativeOverlapped* operation);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CancelIoEx(SafeFileHandle line, NativeOverlapped* operation);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetOverlappedResult(SafeFileHandle line, NativeOverlapped* operation, out uint transferred, [MarshalAs(UnmanagedType.Bool)] bool wait);

    /// <summary>COMMTIMEOUTS, milliseconds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Timeouts
    {
        public uint ReadInterval;
        public uint ReadMultiplier;
        public uint ReadConstant;
        public uint WriteMultiplier;
        public uint WriteConstant;
    }
}
