namespace KyCuong.Rules;

/// <summary>Turns minutes of a local date into instants. Each limit is converted by itself, so a day of 23 or 25 hours stays right.</summary>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    /// <param name="date">Local date.</param>
    /// <param name="minutes">From its midnight, negative or past 1440 for the neighbouring days.</param>
    public Instant At(DateOnly date, int minutes)
    {
        var local = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified).AddMinutes(minutes);
        // A time the clock skips does not exist: the moment it jumps stands for it.
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        // A time the clock shows twice: the first.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return Instant.From(new DateTimeOffset(local, offset));
    }
}
