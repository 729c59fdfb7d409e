using KyCuong.Kiosk.Transports;
using KyCuong.Kiosk.Transports.Com;
using KyCuong.Kiosk.Transports.Pcsc;
using KyCuong.Kiosk.Transports.RawInput;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Plugged;

/// <summary>A device that may be a reader, by the name it keeps.</summary>
/// <param name="Port">As the configuration takes it, e.g. <c>tty:/dev/serial/by-id/usb-…</c>.</param>
/// <param name="Name">The last part of its stable name.</param>
/// <param name="Kind">What kind of port it is on.</param>
/// <param name="ById">False: it has no name of its own and is known by its socket.</param>
public sealed record PluggedDevice(string Port, string Name, ReaderPort Kind, bool ById);

/// <summary>Finds what is plugged in, by names that stay the same after replugging: udev's links (Linux; those of HID-POS scanners are made by the rule that is shipped, hardware-notes/udev/72-…), serial lines and keyboards of Windows, and the readers of PC/SC.</summary>
public static class PluggedDevices
{
    private const string KeyboardEnd = "-event-kbd";

    /// <summary>What the shipped rule puts in front of a HID device's socket.</summary>
    private const string HidStart = "hid-";

    /// <summary>All of them, by name. One that has a name of its own is not listed again by its socket.</summary>
    /// <param name="root">Where devices are: <c>/dev</c>.</param>
    /// <param name="smartCardReaders">Names of PC/SC's readers. The numbers at their end follow the order of plugging, so they are left out where the rest is one reader's.</param>
    /// <param name="comPorts">Serial lines of Windows.</param>
    /// <param name="keyboards">Keyboards of Windows. The instance follows socket and hub, so it is left out where maker and product are one keyboard's.</param>
    public static IReadOnlyList<PluggedDevice> Find(string root, IReadOnlyList<string> smartCardReaders, IReadOnlyList<ComPort>? comPorts = null, IReadOnlyList<RawKeyboardName>? keyboards = null) =>
    [
        .. (comPorts ?? []).Select(port => new PluggedDevice(new ReaderAddress.Com(port.Port).ToString(), $"{port.Driver} {port.Title} {port.Device}".TrimEnd(), ReaderPort.Serial, port.ById)),
        .. Links(Path.Combine(root, "serial"), _ => true).Select(link => new PluggedDevice($"tty:{link.Path}", Path.GetFileName(link.Path), ReaderPort.Serial, link.ById)),
        .. Links(Path.Combine(root, "input"), name => name.EndsWith(KeyboardEnd, StringComparison.Ordinal))
            .Select(link => new PluggedDevice($"evdev:{link.Path}", Path.GetFileName(link.Path), ReaderPort.Keyboard, link.ById)),
        .. HidDevices(root).Select(link => new PluggedDevice(new ReaderAddress.Hidraw(link, StandIn: false).ToString(), Path.GetFileName(link), ReaderPort.Hid, ById: false)),
        .. (keyboards ?? []).Select(keyboard => (Name: keyboard, Short: keyboard with { Instance = null }, Alone: keyboards!.Count(other => other.Hardware == keyboard.Hardware) == 1))
            .Select(one => new PluggedDevice(new ReaderAddress.RawInput(one.Alone ? one.Short : one.Name).ToString(), one.Name.ToString(), ReaderPort.Keyboard, one.Alone)),
        .. smartCardReaders.Select(name => (Name: name, Stem: Stem(name)))
            .Select(reader => (reader.Name, Port: smartCardReaders.Count(other => PcscReaders.IsMeant(other, reader.Stem)) == 1 ? reader.Stem : reader.Name))
            .Select(reader => new PluggedDevice(new ReaderAddress.Pcsc(reader.Port).ToString(), reader.Name, ReaderPort.SmartCard, ById: true)),
    ];

    // "ACS ACR122U PICC Interface 00 00" (pcsc-lite), "ACS ACR122 0" (Windows): without the numbers.
    private static string Stem(string name)
    {
        var stem = name.TrimEnd(' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var end = name.IndexOf(' ', stem.Length);
        return end < 0 ? name : name[..end];
    }

    // A scanner that types has raw reports, too: at such a socket udev names a keyboard, and that is what it is to be used as.
    private static IEnumerable<string> HidDevices(string root)
    {
        var links = Path.Combine(root, "kycuong");
        return !Directory.Exists(links) ? [] : Directory.EnumerateFileSystemEntries(links, HidStart + "*").Order(StringComparer.Ordinal)
            .Where(link => File.ResolveLinkTarget(link, returnFinalTarget: true) is { Exists: true })
            .Where(link => !Path.Exists(Path.Combine(root, "input", "by-path", Path.GetFileName(link)[HidStart.Length..] + KeyboardEnd)));
    }

    private static List<(string Path, bool ById)> Links(string directory, Func<string, bool> wanted)
    {
        var found = new List<(string, bool)>();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var byId in (ReadOnlySpan<bool>)[true, false])
        {
            var links = Path.Combine(directory, byId ? "by-id" : "by-path");
            if (!Directory.Exists(links)) continue;
            foreach (var link in Directory.EnumerateFileSystemEntries(links).Where(path => wanted(Path.GetFileName(path))).Order(StringComparer.Ordinal))
                // Two equal readers share a name of their own, which then leads to one of them only: the other is known by its socket.
                if (File.ResolveLinkTarget(link, returnFinalTarget: true) is { } device && named.Add(device.FullName)) found.Add((link, byId));
        }

        return found;
    }
}
