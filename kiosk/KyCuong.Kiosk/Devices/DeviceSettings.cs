using KyCuong.Kiosk.Transports;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Devices;

/// <summary>How a customer display is told what to show.</summary>
public enum DisplayDialect
{
    /// <summary>ESC/POS: clear with 0C, go to a place with 1F 24.</summary>
    EscPos,

    /// <summary>CD5220: whole lines with 1B 51 41 and 1B 51 42.</summary>
    Cd5220,

    /// <summary>VT100, as BA66: 1B [ sequences.</summary>
    Vt,
}

/// <summary>A device that tells the officer, from <c>devices</c> in <c>kiosk.json</c>. Immutable.</summary>
public abstract record DeviceSettings
{
    private DeviceSettings()
    {
    }

    /// <summary>A customer display of 2 lines of 20 characters.</summary>
    /// <param name="Port">A serial line, here or behind a device server.</param>
    /// <param name="Line">Its settings.</param>
    /// <param name="Dialect">What it understands.</param>
    public sealed record Display(ReaderAddress Port, LineSettings Line, DisplayDialect Dialect) : DeviceSettings;

    /// <summary>A channel of a serial relay board (CH340, <c>A0 channel state sum</c>), with a lamp, a buzzer or a turnstile behind it.</summary>
    /// <param name="Port">A serial line, here or behind a device server.</param>
    /// <param name="Line">Its settings.</param>
    /// <param name="Channel">1 to 8.</param>
    /// <param name="When">What switches it on.</param>
    /// <param name="On">For how long.</param>
    public sealed record Relay(ReaderAddress Port, LineSettings Line, int Channel, IReadOnlySet<ReaderSignal> When, TimeSpan On) : DeviceSettings;

    /// <summary>A light of the machine, <c>/sys/class/leds/NAME</c>.</summary>
    /// <param name="Folder">With <c>brightness</c> and <c>max_brightness</c>.</param>
    /// <param name="When">What switches it on.</param>
    /// <param name="On">For how long.</param>
    public sealed record Led(string Folder, IReadOnlySet<ReaderSignal> When, TimeSpan On) : DeviceSettings;
}
