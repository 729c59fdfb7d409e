namespace KyCuong.Kiosk.Feedback;

/// <summary>The agency's time zone by its IANA name.</summary>
public static class AgencyZone
{
    /// <summary>The zone; null when this machine does not know it.</summary>
    public static TimeZoneInfo? Find(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
