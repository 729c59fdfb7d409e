namespace KyCuong.Kiosk.Configuration;

/// <summary>What the agency wants of its gates, as the server gives it; everything is off until then. Immutable.</summary>
/// <param name="Discreet">The same neutral answer for everyone, no lateness shown.</param>
/// <param name="Speak">Results are spoken as well.</param>
/// <param name="MonthCount">After a late arrival the count of the month's is shown while the server can be asked.</param>
/// <param name="DirectionButtons">Whoever taps at a reader of no direction says by two large buttons which way they pass.</param>
/// <param name="StaffCodeEntry">Who forgot the badge may enter staff code and PIN.</param>
public sealed record GatePolicy(bool Discreet, bool Speak, bool MonthCount, bool DirectionButtons, bool StaffCodeEntry)
{
    /// <summary>Everything off: what holds without a server.</summary>
    public static GatePolicy Off { get; } = new(false, false, false, false, false);

    /// <summary>The month's count may be asked for: wanted, and not against the neutral answer for everyone.</summary>
    public bool ShowsMonthCount => MonthCount && !Discreet;

    /// <summary>What a configuration says.</summary>
    public static GatePolicy Of(Protos.V1.Configuration configuration) => new(
        configuration.Discreet, configuration.Speak, configuration.MonthCount, configuration.DirectionButtons, configuration.StaffCodeEntry);
}
