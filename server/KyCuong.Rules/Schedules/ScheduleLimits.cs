namespace KyCuong.Rules;

/// <summary>Bounds of a schedule.</summary>
public static class ScheduleLimits
{
    public const int MinutesPerDay = 24 * 60;
    /// <summary>Sessions in one schedule.</summary>
    public const int Sessions = 8;
    /// <summary>From the first start to the last end, minutes.</summary>
    public const int ShiftMinutes = MinutesPerDay;
    /// <summary>Before the first session and after the last, minutes.</summary>
    public const int WindowMinutes = MinutesPerDay;
    /// <summary>Grace and thresholds, minutes.</summary>
    public const int GraceMinutes = MinutesPerDay;
    /// <summary>Seconds.</summary>
    public const int RepeatSeconds = 3600;
}
