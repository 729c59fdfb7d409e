using KyCuong.Rules;
using KyCuong.Server.Store;

namespace KyCuong.Server.Judging;

/// <summary>How often a person came late this calendar month, for the gate where they tap. Reads that person only.</summary>
internal static class LateThisMonth
{
    /// <summary>
    /// What the month's summary counts (late arrivals that are final and stand), and beside it those of today, and of a shift
    /// that goes on, for which another gate is still waited: the person has just been told of one. The month is that of today
    /// in the agency's zone; a shift belongs to the month in which it begins.
    /// </summary>
    /// <returns>Null: nobody of the agency has this identity.</returns>
    public static async Task<int?> CountAsync(ServerStore store, string agencyCode, long staffId, TimeProvider time, CancellationToken cancel)
    {
        var now = Instant.From(time.GetUtcNow());
        await using var db = store.NewReader();
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await AgencyChoice.FindAsync(db, agencyCode, cancel)).TimeZone);
        var today = DateOnly.FromDateTime(now.In(zone).DateTime);
        var first = new DateOnly(today.Year, today.Month, 1);
        var agency = await AgencyData.LoadAsync(db, agencyCode, (first, today), cancel, staffId);
        if (agency.People is not [var person]) return null;
        var assessor = new PersonAssessor(agency.Rules);
        await using var session = store.OpenReader();
        var taps = PersonTaps.Read(session, agency, assessor.TapRange(first, today), staffId);
        return assessor.Judge(person.Record, first, today, taps.Of(staffId), now).Sum(shift => CountOf(shift, today, now));
    }

    private static int CountOf(ShiftVerdict shift, DateOnly today, Instant now)
    {
        var going = shift.Date == today || (shift.Window is { } window && now <= window.End);
        return shift.Findings.Count(finding => finding is { Kind: FindingKind.LateArrival, Standing: FindingStanding.Stands } && (finding.Final || going));
    }
}
