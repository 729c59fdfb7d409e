namespace KyCuong.Server.Store;

/// <summary>Instants as the contract and the store spell them: microseconds since 1970-01-01T00:00:00Z.</summary>
internal static class UnixTime
{
    /// <summary>Now.</summary>
    public static long NowUs(this TimeProvider time) => ToUs(time.GetUtcNow());

    /// <summary>An instant in microseconds.</summary>
    public static long ToUs(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>A span in microseconds.</summary>
    public static long ToUs(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Microseconds as an instant.</summary>
    public static DateTimeOffset FromUs(long us) => DateTimeOffset.UnixEpoch.AddTicks(us * TimeSpan.TicksPerMicrosecond);

    /// <summary>When a date begins in a zone, UTC microseconds.</summary>
    public static long StartOf(DateOnly date, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        // A zone may skip midnight when its clock moves; the day then begins an hour later.
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        return ToUs(new DateTimeOffset(local, zone.GetUtcOffset(local)));
    }
}
