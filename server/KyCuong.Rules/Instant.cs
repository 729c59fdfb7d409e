namespace KyCuong.Rules;

/// <summary>A moment, in microseconds of UTC since 1970-01-01, without leap seconds; the form both stores keep it in.</summary>
public readonly record struct Instant(long Micros) : IComparable<Instant>
{
    public const long PerSecond = 1_000_000;
    public const long PerMinute = 60 * PerSecond;
    public const long PerDay = 24 * 60 * PerMinute;

    public static Instant From(DateTimeOffset moment) => new((moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>The moment as it is written on a clock of the zone, with its offset.</summary>
    public DateTimeOffset In(TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks(Micros * TimeSpan.TicksPerMicrosecond), zone);

    public int CompareTo(Instant other) => Micros.CompareTo(other.Micros);

    public static bool operator <(Instant a, Instant b) => a.Micros < b.Micros;
    public static bool operator >(Instant a, Instant b) => a.Micros > b.Micros;
    public static bool operator <=(Instant a, Instant b) => a.Micros <= b.Micros;
    public static bool operator >=(Instant a, Instant b) => a.Micros >= b.Micros;

    public override string ToString() => DateTimeOffset.UnixEpoch.AddTicks(Micros * TimeSpan.TicksPerMicrosecond).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
