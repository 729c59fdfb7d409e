namespace KyCuong.Kiosk.Plugged;

/// <summary>A device that may be a reader, by the name it keeps.</summary>
/// <param name="Port">As the configuration takes it, e.g. <c>tty:/dev/serial/by-id/usb-…</c>.</param>
/// <param name="Name">The last part of its stable name.</param>
/// <param name="Keyboard">It types; otherwise it is a serial line.</param>
/// <param name="ById">False: it has no name of its own and is known by its socket.</param>
public sealed record PluggedDevice(string Port, string Name, bool Keyboard, bool ById);

/// <summary>Finds what is plugged in, by names that stay the same after replugging (Linux, udev's links). Reads directories only.</summary>
public static class PluggedDevices
{
    private const string KeyboardEnd = "-event-kbd";

    /// <summary>All of them, by name. One that has a name of its own is not listed again by its socket.</summary>
    /// <param name="root">Where devices are: <c>/dev</c>.</param>
    public static IReadOnlyList<PluggedDevice> Find(string root) =>
    [
        .. Links(Path.Combine(root, "serial"), _ => true).Select(link => new PluggedDevice($"tty:{link.Path}", Path.GetFileName(link.Path), Keyboard: false, link.ById)),
        .. Links(Path.Combine(root, "input"), name => name.EndsWith(KeyboardEnd, StringComparison.Ordinal))
            .Select(link => new PluggedDevice($"evdev:{link.Path}", Path.GetFileName(link.Path), Keyboard: true, link.ById)),
    ];

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
