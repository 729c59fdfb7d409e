namespace KyCuong.Kiosk.Devices;

/// <summary>What devices follow; asked for anew at each verdict. Immutable.</summary>
/// <param name="Zone">The agency's time zone.</param>
/// <param name="KioskName">The gate's name.</param>
/// <param name="Discreet">Of whoever is named only that it is recorded.</param>
/// <param name="Show">How long a verdict stays.</param>
public sealed record DeviceRules(TimeZoneInfo Zone, string KioskName, bool Discreet, TimeSpan Show);
