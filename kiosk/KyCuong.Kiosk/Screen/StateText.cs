using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Resources;
using KyCuong.Kiosk.Taps;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Screen;

/// <summary>How the kiosk stands, as its parts tell it. Immutable.</summary>
/// <param name="Identity">Who it is.</param>
/// <param name="Linked">The server is connected.</param>
/// <param name="Unsent">Taps not yet on the server.</param>
/// <param name="OutOfService">Why the journal takes nothing; null when it does.</param>
/// <param name="ClockKnown">The server's clock was met since this machine started.</param>
/// <param name="Readers">How each reader is.</param>
/// <param name="Hours">Today's working hours, in words; null when they are not known.</param>
/// <param name="Buttons">People choose in or out themselves.</param>
/// <param name="StaffCode">Who forgot the badge may enter staff code and PIN.</param>
/// <param name="Pressed">The choice that waits for its tap; unspecified for none.</param>
public sealed record Standing(
    KioskIdentity Identity, bool Linked, ulong Unsent, string? OutOfService, bool ClockKnown, IReadOnlyList<ReaderCondition> Readers,
    string? Hours, bool Buttons, bool StaffCode, Direction Pressed);

/// <summary>What the page says while nobody taps. Pure.</summary>
public static class StateText
{
    /// <summary>The state.</summary>
    public static ScreenState Of(Standing standing)
    {
        ArgumentNullException.ThrowIfNull(standing);
        var faults = new List<string>();
        foreach (var reader in standing.Readers)
            if (reader.Fault is { } fault) faults.Add(ScreenText.ReaderFault(reader.Reader, FaultText.Of(fault)));
        if (standing.Readers.Count == 0) faults.Add(ScreenText.NoReaders);
        if (!standing.ClockKnown) faults.Add(ScreenText.ClockUnknown);
        return new ScreenState(
            standing.Identity.AgencyName, standing.Identity.KioskName, standing.Identity.TimeZone, standing.Linked,
            standing.Linked ? ScreenText.Linked : ScreenText.NotLinked, ScreenText.Unsent(standing.Unsent), standing.Hours,
            Stopped(standing),
            faults, standing.Buttons, standing.StaffCode, standing.Pressed switch { Direction.In => "in", Direction.Out => "out", _ => null });
    }

    /// <summary>Why no tap can be taken at all; nobody is invited then.</summary>
    private static string? Stopped(Standing standing) =>
        standing.Identity.Retired is not null ? ScreenText.Retired
        : standing.OutOfService is not null ? ScreenText.OutOfService
        : standing.Readers.Count > 0 && standing.Readers.All(reader => reader.Fault is not null) ? ScreenText.NoReaderWorks
        : null;
}
