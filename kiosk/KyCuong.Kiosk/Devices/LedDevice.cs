using KyCuong.Kiosk.Feedback;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Devices;

/// <summary>A light that the Linux kernel shows as a folder (Documentation/leds/leds-class): its brightness is written as text.</summary>
internal sealed class LedDevice : IGateDevice
{
    private readonly string _brightness;
    private readonly IReadOnlySet<ReaderSignal> _when;
    private readonly string _full;

    public LedDevice(string folder, IReadOnlySet<ReaderSignal> when, TimeSpan on)
    {
        (_brightness, _when, Stays) = (Path.Combine(folder, "brightness"), when, on);
        // A trigger of the kernel's own (disk, heartbeat) would go on switching it.
        var trigger = Path.Combine(folder, "trigger");
        if (File.Exists(trigger)) File.WriteAllText(trigger, "none");
        _full = File.ReadAllText(Path.Combine(folder, "max_brightness")).Trim();
    }

    public TimeSpan Stays { get; }

    public bool Tell(Verdict verdict)
    {
        if (verdict.Kind.AtReader() is not { } signal || !_when.Contains(signal)) return false;
        File.WriteAllText(_brightness, _full);
        return true;
    }

    public void Rest() => File.WriteAllText(_brightness, "0");

    public void Check() => File.GetAttributes(_brightness);

    public void Dispose()
    {
    }
}
