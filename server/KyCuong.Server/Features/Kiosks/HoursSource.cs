using System.Collections.Concurrent;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// The working hours that kiosks show. What an agency's schedules say is read once for a version and day, however many
/// kiosks ask. Thread-safe.
/// </summary>
internal sealed class HoursSource(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<long, (ulong Version, AgencyRules Rules)> _latest = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The date in the agency's zone.</summary>
    public DateOnly Today(AgencyRow agency) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone)).DateTime);

    /// <summary>The hours of a kiosk's window (<see cref="HoursWindow"/>), in order; dates of which nothing is known are left out.</summary>
    public async Task<IEnumerable<DayHours>> OfAsync(KyCuongDb db, AgencyRow agency, KioskRow kiosk, DateOnly today, CancellationToken cancel)
    {
        var rules = await RulesAsync(db, agency, today, cancel);
        var first = HoursWindow.First(kiosk.KioskId, today);
        return Enumerable.Range(0, HoursWindow.Days).Select(first.AddDays)
            .Select(date => (date, hours: UnitHours.On(rules, kiosk.UnitId, date))).Where(day => day.hours is not null)
            .Select(day => Message(day.date, day.hours!));
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<AgencyRules> RulesAsync(KyCuongDb db, AgencyRow agency, DateOnly today, CancellationToken cancel)
    {
        var version = RosterVersion.Of(agency.RosterVersion, today);
        if (Known() is { } known) return known;
        await _turn.WaitAsync(cancel);
        try
        {
            if (Known() is { } meanwhile) return meanwhile;
            // Of nobody in particular: what people are assigned and have on record is not asked for.
            var data = await AgencyData.LoadAsync(db, agency.Code, (today, today.AddDays(HoursWindow.Days)), cancel, onlyStaff: 0);
            _latest[agency.AgencyId] = (version, data.Rules);
            return data.Rules;
        }
        finally
        {
            _turn.Release();
        }

        AgencyRules? Known() => _latest.TryGetValue(agency.AgencyId, out var latest) && latest.Version == version ? latest.Rules : null;
    }

    private static DayHours Message(DateOnly date, IReadOnlyList<(int Start, int End)> sessions)
    {
        var day = new DayHours { Date = (uint)((date.Year * 10_000) + (date.Month * 100) + date.Day) };
        day.Sessions.AddRange(sessions.Select(session => new SessionHours { StartMinute = (uint)session.Start, EndMinute = (uint)session.End }));
        return day;
    }
}

/// <summary>
/// For which days a kiosk is told the hours. The window moves once a week, each kiosk's on a day of its own, so that a midnight
/// sends a seventh of the kiosks a new one and a kiosk that is away is never without the next 14 days. Pure.
/// </summary>
internal static class HoursWindow
{
    /// <summary>Days that must lie ahead, today among them.</summary>
    public const int DaysAhead = 14;

    /// <summary>Days of a window.</summary>
    public const int Days = DaysAhead + Step - 1;

    private const int Step = 7;

    /// <summary>The first day of a kiosk's window on a date: that date, or up to six days before.</summary>
    public static DateOnly First(long kioskId, DateOnly today) => today.AddDays(-(int)((today.DayNumber + kioskId) % Step));
}
