using KyCuong.Kiosk.Feedback;
using Microsoft.Extensions.Logging;

namespace KyCuong.Kiosk.Devices;

/// <summary>All configured devices as one. Owns and stops them.</summary>
public sealed class GateDevices : IFeedback, IAsyncDisposable
{
    private readonly DeviceFeedback[] _devices;

    /// <summary>Opens them, each on its own thread; returns at once.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="rules">What they follow.</param>
    /// <param name="time">Waits.</param>
    /// <param name="loggers">For their trouble.</param>
    public GateDevices(IEnumerable<DeviceSettings> settings, Func<DeviceRules> rules, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DeviceFeedback>();
        _devices = [.. settings.Select(device => new DeviceFeedback(DeviceSettingsParser.NameOf(device), stop => Open(device, rules, time, stop), time, logger))];
    }

    /// <inheritdoc />
    public void Show(Verdict verdict)
    {
        foreach (var device in _devices) device.Show(verdict);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var device in _devices) await device.DisposeAsync();
    }

    private static IGateDevice Open(DeviceSettings settings, Func<DeviceRules> rules, TimeProvider time, CancellationToken stop) => settings switch
    {
        DeviceSettings.Display display => new DisplayDevice(display.Port.Open(display.Line, time, stop), display.Dialect, rules),
        DeviceSettings.Relay relay => new RelayDevice(relay.Port.Open(relay.Line, time, stop), relay.Channel, relay.When, relay.On),
        DeviceSettings.Led led => new LedDevice(led.Folder, led.When, led.On),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings, "No such device."),
    };
}
