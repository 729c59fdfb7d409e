namespace KyCuong.Kiosk.Feedback;

/// <summary>The agency's time zone by its IANA name.</summary>
public static class AgencyZone
{
    /// <summary>
    /// What Windows calls the zones of agencies (windowsZones.xml of CLDR, territory VN). Its own translation of IANA names is a part of ICU,
    /// which the kiosk does without.
    /// </summary>
    private static readonly Dictionary<string, string> WindowsNames = new(StringComparer.Ordinal)
    {
        ["Asia/Ho_Chi_Minh"] = "SE Asia Standard Time",
        ["Asia/Saigon"] = "SE Asia Standard Time",
    };

    /// <summary>The zone; null when this machine does not know it.</summary>
    public static TimeZoneInfo? Find(string name)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        return WindowsNames.TryGetValue(name, out var windows) && TimeZoneInfo.TryFindSystemTimeZoneById(windows, out zone) ? zone : null;
    }
}
