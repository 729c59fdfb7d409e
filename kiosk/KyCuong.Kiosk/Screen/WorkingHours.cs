using System.Collections.Immutable;
using System.Globalization;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Screen;

/// <summary>The working hours that the server told, by date, for the page while nobody taps. Immutable.</summary>
public sealed class WorkingHours
{
    /// <summary>Days of one configuration; what is more is passed over.</summary>
    public const int MostDays = 62;

    /// <summary>Sessions of a day; of a day that has more nothing is known.</summary>
    public const int MostSessions = 8;

    private const uint MinutesPerDay = 1440;
    private readonly ImmutableDictionary<DateOnly, ImmutableArray<(uint Start, uint End)>> _days;

    private WorkingHours(ImmutableDictionary<DateOnly, ImmutableArray<(uint Start, uint End)>> days) => _days = days;

    /// <summary>Those of a configuration; of a date that makes no sense nothing is known.</summary>
    public static WorkingHours Of(Protos.V1.Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var days = ImmutableDictionary.CreateBuilder<DateOnly, ImmutableArray<(uint Start, uint End)>>();
        foreach (var day in configuration.Hours.Take(MostDays))
            if (DateOf(day.Date) is { } date && day.Sessions.Count <= MostSessions && day.Sessions.All(MakesSense))
                days[date] = [.. day.Sessions.Select(session => (session.StartMinute, session.EndMinute))];
        return new WorkingHours(days.ToImmutable());
    }

    /// <summary>
    /// What the page says of the date that an instant has in the agency's zone: its hours, that it is a day off, or null when
    /// the server told neither, as after a long time without it.
    /// </summary>
    /// <param name="nowUs">The kiosk's clock, µs since 1970.</param>
    /// <param name="zone">The agency's.</param>
    public string? Today(long nowUs, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddMicroseconds(nowUs), zone).DateTime);
        if (!_days.TryGetValue(today, out var sessions)) return null;
        return sessions.IsEmpty ? ScreenText.DayOff : ScreenText.Hours(string.Join(" · ", sessions.Select(session => $"{Clock(session.Start % MinutesPerDay)}–{Clock(EndOfDay(session.End))}")));
    }

    private static DateOnly? DateOf(uint yyyymmdd) =>
        DateOnly.TryParseExact(yyyymmdd.ToString(CultureInfo.InvariantCulture), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>A night's session ends on the next day; nothing reaches further than the day after that.</summary>
    private static bool MakesSense(SessionHours session) => session.StartMinute < session.EndMinute && session.EndMinute <= 3 * MinutesPerDay;

    /// <summary>A session that lasts to midnight ends at 24:00: who reads "17:00–24:00" need not think.</summary>
    private static uint EndOfDay(uint minute) => minute % MinutesPerDay is var ofDay and not 0 ? ofDay : MinutesPerDay;

    private static string Clock(uint minuteOfDay) => string.Create(CultureInfo.InvariantCulture, $"{minuteOfDay / 60:00}:{minuteOfDay % 60:00}");
}
