using System.Runtime.Versioning;
using System.Security;
using Microsoft.Win32;

namespace KyCuong.Kiosk.Transports.Com;

/// <summary>A serial line of a Windows machine.</summary>
/// <param name="Port">Its name, e.g. <c>COM5</c>, which Windows keeps for the device (with a serial number of its own) or for the socket.</param>
/// <param name="Driver">What its driver calls it, e.g. <c>VCP0</c>.</param>
/// <param name="Title">What Windows calls it, e.g. <c>USB-SERIAL CH340 (COM5)</c>; null when it is no USB device.</param>
/// <param name="Device">Its entry among the devices, e.g. <c>VID_1A86&amp;PID_7523\5&amp;2C8F</c>; null likewise.</param>
public sealed record ComPort(string Port, string Driver, string? Title = null, string? Device = null)
{
    /// <summary>
    /// True when the name follows the device to any socket, or is no USB device's. Windows makes up an instance for a USB device without a serial number, of the
    /// socket it is in, and marks it by <c>&amp;</c> as the second character (Microsoft, "Instance IDs").
    /// </summary>
    public bool ById => !(Device?.Split('\\', '+') is [.., var instance] && instance.Length > 1 && instance[1] == '&');
}

/// <summary>The serial lines of a Windows machine, as its registry has them.</summary>
internal static class ComPorts
{
    /// <summary>What is present now.</summary>
    private const string Present = @"HARDWARE\DEVICEMAP\SERIALCOMM";

    /// <summary>What was ever plugged in, by kind of bus; FTDI's driver has one of its own.</summary>
    private static readonly string[] Buses = [@"SYSTEM\CurrentControlSet\Enum\USB", @"SYSTEM\CurrentControlSet\Enum\FTDIBUS"];

    /// <summary>Those present, by name; empty on another system.</summary>
    public static IReadOnlyList<ComPort> List()
    {
        if (!OperatingSystem.IsWindows()) return [];
        using var present = Registry.LocalMachine.OpenSubKey(Present);
        if (present is null) return [];
        var devices = Devices();
        return
        [
            .. present.GetValueNames().Select(driver => (Driver: driver[(driver.LastIndexOf('\\') + 1)..], Port: present.GetValue(driver) as string))
                .Where(line => ReaderAddress.Com.IsName(line.Port))
                .Select(line => devices.TryGetValue(line.Port!, out var device)
                    ? new ComPort(line.Port!, line.Driver, device.Title, device.Device)
                    : new ComPort(line.Port!, line.Driver))
                .OrderBy(port => port.Port.Length).ThenBy(port => port.Port, StringComparer.Ordinal),
        ];
    }

    // A name may stand with several devices of which one is plugged in: then none of them is believed.
    [SupportedOSPlatform("windows")]
    private static Dictionary<string, (string? Title, string Device)> Devices()
    {
        var found = new List<(string Port, string? Title, string Device)>();
        foreach (var bus in Buses)
        {
            using var devices = Registry.LocalMachine.OpenSubKey(bus);
            foreach (var device in devices?.GetSubKeyNames() ?? [])
            {
                using var instances = Open(devices!, device);
                foreach (var instance in instances?.GetSubKeyNames() ?? [])
                {
                    using var entry = Open(instances!, instance);
                    using var parameters = entry is null ? null : Open(entry, "Device Parameters");
                    // FTDI's driver puts the serial number into the device and counts its channels by instance.
                    if (parameters?.GetValue("PortName") is string port)
                        found.Add((port, entry!.GetValue("FriendlyName") as string, instance == "0000" ? device : $@"{device}\{instance}"));
                }
            }
        }

        return found.GroupBy(one => one.Port, StringComparer.Ordinal).Where(same => same.Count() == 1)
            .ToDictionary(same => same.Key, same => (same.Single().Title, same.Single().Device), StringComparer.Ordinal);
    }

    [SupportedOSPlatform("windows")]
    private static RegistryKey? Open(RegistryKey under, string name)
    {
        try
        {
            return under.OpenSubKey(name);
        }
        catch (SecurityException)
        {
            return null;
        }
    }
}
