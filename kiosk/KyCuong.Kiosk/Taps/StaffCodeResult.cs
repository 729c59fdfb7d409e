using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Taps;

/// <summary>What came of entering a staff code. A closed list.</summary>
public enum StaffCodeOutcome
{
    /// <summary>Recorded; the server took the PIN.</summary>
    Verified,

    /// <summary>Recorded; the server could not be asked, so somebody with the right has to confirm it.</summary>
    Unverified,

    /// <summary>Not recorded as a tap: the server refused code and PIN.</summary>
    WrongPin,

    /// <summary>Not looked at: no code or no PIN that there could be.</summary>
    Malformed,

    /// <summary>Not looked at: too soon, or too many wrong ones.</summary>
    TooSoon,

    /// <summary>Not looked at: the agency does not want this.</summary>
    Off,

    /// <summary>Not recorded: the journal takes nothing.</summary>
    OutOfService,
}

/// <summary>The answer to who stands at the keypad. Immutable.</summary>
/// <param name="Outcome">Which.</param>
/// <param name="Verdict">What everyone at the gate was told too; null when nothing was journalled.</param>
/// <param name="Wait">Of <see cref="StaffCodeOutcome.TooSoon"/>: until the next try; else zero.</param>
public sealed record StaffCodeResult(StaffCodeOutcome Outcome, Verdict? Verdict, TimeSpan Wait)
{
    /// <summary>The answer in Vietnamese.</summary>
    /// <param name="zone">The agency's.</param>
    public string Words(TimeZoneInfo zone) => Outcome switch
    {
        StaffCodeOutcome.Malformed => Text.StaffCodeMalformed,
        StaffCodeOutcome.TooSoon => Wait < TimeSpan.FromMinutes(1) ? Text.StaffCodeSeconds((int)Math.Ceiling(Wait.TotalSeconds)) : Text.StaffCodeMinutes((int)Math.Ceiling(Wait.TotalMinutes)),
        StaffCodeOutcome.Off => Text.StaffCodeOff,
        _ => VerdictText.Of(Verdict!, zone),
    };
}
