using KyCuong.Kiosk.Devices;
using KyCuong.Kiosk.Screen;
using KyCuong.Kiosk.Transports;
using KyCuong.Protos.V1;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Configuration;

/// <summary>The kiosk's own settings, from <c>kiosk.json</c>. Immutable.</summary>
/// <param name="Readers">In the order of the file; may be empty when the server gives them.</param>
/// <param name="Limits">Times and sizes.</param>
/// <param name="Screen">The kiosk's page.</param>
/// <param name="Devices">Displays, relays and lights, in the order of the file.</param>
public sealed record KioskOptions(IReadOnlyList<ReaderSettings> Readers, KioskLimits Limits, ScreenOptions Screen, IReadOnlyList<DeviceSettings> Devices)
{
    /// <summary>Readers of one kiosk.</summary>
    public const int MostReaders = 16;

    /// <summary>Devices of one kiosk.</summary>
    public const int MostDevices = 8;

    /// <summary>What holds without a file.</summary>
    public static KioskOptions Default { get; } = new([], new KioskLimits(), new ScreenOptions(), []);
}

/// <summary>One reader. Immutable.</summary>
/// <param name="Id">[a-z0-9-]{1,32}, unique in the kiosk.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Direction">Which way everyone passes who taps here; unspecified for either.</param>
/// <param name="Line">Serial line; the protocol's own unless set.</param>
/// <param name="Hold">Silence that ends a presence; null = the protocol's own.</param>
/// <param name="Driver">Options of the driver.</param>
public sealed record ReaderSettings(
    string Id, ReaderAddress Address, IReaderProtocol Protocol, Direction Direction,
    LineSettings Line, TimeSpan? Hold, ReaderOptions Driver);

/// <summary>Times and sizes with their defaults. Immutable.</summary>
public sealed record KioskLimits
{
    /// <summary>Longest wait after the first lost connection.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between two attempts to reach the server.</summary>
    public TimeSpan RetryLongest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait after the server refused this kiosk.</summary>
    public TimeSpan RetryRefused { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time to reach the server and be welcomed.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time without an acknowledgement, with entries sent, after which the server counts as gone.</summary>
    public TimeSpan Acknowledgement { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between two measurements of the server's clock.</summary>
    public TimeSpan ClockProbe { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time between two reports of the kiosk's health.</summary>
    public TimeSpan Health { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time for the last entries to be acknowledged when the program ends.</summary>
    public TimeSpan StopFlush { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most taps of one reader in a minute; what exceeds it is counted as a flood, not kept one by one.</summary>
    public int TapsPerReaderMinute { get; init; } = 60_000;

    /// <summary>Size of the journal, bytes; at the bound the oldest acknowledged entries go early, and without any the kiosk is out of service.</summary>
    public long JournalBytes { get; init; } = 2L * 1024 * 1024 * 1024;
}
