using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KyCuong.Kiosk.Transports.RawInput;

/// <summary>The keyboards of a Windows machine.</summary>
internal static unsafe class RawKeyboards
{
    /// <summary>Most devices asked for; a machine has a dozen.</summary>
    private const int MaxDevices = 256;

    private const int MaxName = 512;

    /// <summary>Names of those with maker and product, each once; empty on another system or without a desktop.</summary>
    public static IReadOnlyList<RawKeyboardName> List() => OperatingSystem.IsWindows() ? [.. Present().Select(keyboard => keyboard.Name).Distinct()] : [];

    /// <summary>Those plugged in now, with the handles that their keys come with.</summary>
    [SupportedOSPlatform("windows")]
    public static List<(nint Device, RawKeyboardName Name)> Present()
    {
        var found = new List<(nint, RawKeyboardName)>();
        var entries = stackalloc RawInputNative.DeviceEntry[MaxDevices];
        uint count = MaxDevices;
        var given = RawInputNative.GetRawInputDeviceList(entries, ref count, (uint)sizeof(RawInputNative.DeviceEntry));
        if (given == uint.MaxValue) return found;
        var name = stackalloc char[MaxName];
        for (var i = 0; i < given; i++)
        {
            uint length = MaxName;
            if (entries[i].Type != RawInputNative.Keyboard || RawInputNative.GetRawInputDeviceInfo(entries[i].Device, RawInputNative.DeviceName, name, ref length) is 0 or uint.MaxValue)
                continue;
            if (RawKeyboardName.OfDevice(Marshal.PtrToStringUni((nint)name)!) is { } keyboard) found.Add((entries[i].Device, keyboard));
        }

        return found;
    }
}
