namespace KyCuong.Rules;

/// <summary>The one place where exact time becomes whole minutes: floored (design section 6; reliability D14).</summary>
internal static class Minutes
{
    public static int Floor(long micros) => micros <= 0 ? 0 : (int)(micros / Instant.PerMinute);
}
