namespace KyCuong.Kiosk.Screen;

/// <summary>What the page shows while nobody taps, its texts ready to be shown. Immutable; compared by value.</summary>
/// <param name="Agency">The agency's name.</param>
/// <param name="Gate">The kiosk's name.</param>
/// <param name="TimeZone">IANA name; the page formats clock and date itself.</param>
/// <param name="Linked">The server is connected.</param>
/// <param name="Link">That, in words.</param>
/// <param name="Unsent">How many taps wait to be sent, in words.</param>
/// <param name="Hours">Today's working hours, in words; null when they are not known.</param>
/// <param name="Stopped">Why nothing is recorded, in words: the page is red and says nothing else; null in service.</param>
/// <param name="Faults">What does not work while the rest does, a sentence each.</param>
/// <param name="Buttons">People choose in or out themselves.</param>
/// <param name="StaffCode">Who forgot the badge may enter staff code and PIN.</param>
/// <param name="Pressed"><c>in</c> or <c>out</c> while a choice waits for its tap; else null.</param>
public sealed record ScreenState(
    string Agency, string Gate, string TimeZone, bool Linked, string Link, string Unsent, string? Hours, string? Stopped,
    IReadOnlyList<string> Faults, bool Buttons, bool StaffCode, string? Pressed)
{
    /// <inheritdoc />
    public bool Equals(ScreenState? other) =>
        other is not null && (Agency, Gate, TimeZone, Linked, Link, Unsent) == (other.Agency, other.Gate, other.TimeZone, other.Linked, other.Link, other.Unsent)
        && (Hours, Stopped, Buttons, StaffCode, Pressed) == (other.Hours, other.Stopped, other.Buttons, other.StaffCode, other.Pressed) && Faults.SequenceEqual(other.Faults);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Agency, Gate, Link, Unsent, Hours, Stopped, Faults.Count, Pressed);
}
