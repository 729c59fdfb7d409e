using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KyCuong.Kiosk.Transports.RawInput;

/// <summary>The calls of user32 for raw input (winuser.h), 64-bit.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class RawInputNative
{
    public const uint Keyboard = 1;             // RIM_TYPEKEYBOARD
    public const uint DeviceName = 0x20000007;  // RIDI_DEVICENAME
    public const uint InputData = 0x10000003;   // RID_INPUT
    public const ushort DesktopPage = 1;
    public const ushort KeyboardUsage = 6;
    public const uint InBackgroundAndChanges = 0x100 | 0x2000; // RIDEV_INPUTSINK, RIDEV_DEVNOTIFY
    public const uint DeviceChange = 0xFE;      // WM_INPUT_DEVICE_CHANGE
    public const uint Input = 0xFF;             // WM_INPUT
    public const nint Removed = 2;              // GIDC_REMOVAL
    public const nint MessagesOnly = -3;        // HWND_MESSAGE

    [LibraryImport("user32.dll", SetLastError = true)]
    public static partial uint GetRawInputDeviceList(DeviceEntry* list, ref uint count, uint size);

    [LibraryImport("user32.dll", EntryPoint = "GetRawInputDeviceInfoW", SetLastError = true)]
    public static partial uint GetRawInputDeviceInfo(nint device, uint command, char* data, ref uint size);

    [LibraryImport("user32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool RegisterRawInputDevices(in Registration devices, uint count, uint size);

    [LibraryImport("user32.dll", SetLastError = true)]
    public static partial uint GetRawInputData(nint input, uint command, void* data, ref uint size, uint headerSize);

    [LibraryImport("user32.dll", EntryPoint = "RegisterClassExW", SetLastError = true)]
    public static partial ushort RegisterClass(in WindowClass definition);

    [LibraryImport("user32.dll", EntryPoint = "CreateWindowExW", SetLastError = true)]
    public static partial nint CreateWindow(
        uint extended, nint name, nint title, uint style, int x, int y, int width, int height, nint parent, nint menu, nint module, nint parameter);

    [LibraryImport("user32.dll", EntryPoint = "DefWindowProcW")]
    public static partial nint DefaultProcedure(nint window, uint message, nint first, nint second);

    [LibraryImport("user32.dll", EntryPoint = "GetMessageW", SetLastError = true)]
    public static partial int GetMessage(Message* message, nint window, uint from, uint to);

    [LibraryImport("user32.dll", EntryPoint = "DispatchMessageW")]
    public static partial nint DispatchMessage(Message* message);

    [LibraryImport("user32.dll")]
    public static partial int GetMessageTime();

    /// <summary>RAWINPUTDEVICELIST.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct DeviceEntry
    {
        public nint Device;
        public uint Type;
    }

    /// <summary>RAWINPUTDEVICE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Registration
    {
        public ushort Page;
        public ushort Usage;
        public uint Flags;
        public nint Window;
    }

    /// <summary>RAWINPUT of a keyboard; <see cref="Header"/> bytes come before the key.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct KeyInput
    {
        public uint Type;
        public uint Size;
        public nint Device;
        public nint Parameter;
        public ushort MakeCode;
        public ushort Flags;
        public ushort Reserved;
        public ushort VirtualKey;
        public uint Message;
        public uint Extra;

        public static readonly uint Header = (uint)(2 * sizeof(uint) + 2 * sizeof(nint));
    }

    /// <summary>WNDCLASSEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowClass
    {
        public uint Size;
        public uint Style;
        public nint Procedure;
        public int ClassExtra;
        public int WindowExtra;
        public nint Module;
        public nint Icon;
        public nint Cursor;
        public nint Background;
        public nint Menu;
        public nint Name;
        public nint SmallIcon;
    }

    /// <summary>MSG.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        public nint Window;
        public uint Number;
        public nint First;
        public nint Second;
        public uint Time;
        public int X;
        public int Y;
        public uint Private;
    }
}
