using KyCuong.Rules;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>Taps made without a badge of one's own, and claims that still wait for somebody's word. Immutable once read.</summary>
/// <param name="Dates">Dates of such taps, by person.</param>
/// <param name="Claims">Those that wait, by staff code as entered.</param>
internal sealed record BadgelessTaps(ILookup<long, DateOnly> Dates, ILookup<string, WaitingClaim> Claims)
{
    /// <summary>Reads those of an agency that touch the dates (null: all of it). Of claims those whose instant is known, all of them: few wait.</summary>
    public static async Task<BadgelessTaps> ReadAsync(KyCuongDb db, long agency, (DateOnly From, DateOnly To)? dates, CancellationToken cancel)
    {
        var (from, to) = dates is { } asked ? (asked.From.DayNumber, asked.To.DayNumber) : (int.MinValue, int.MaxValue);
        var taps = await db.BadgelessTaps.AsNoTracking().Where(tap => tap.AgencyId == agency && tap.Bucket >= from && tap.Bucket <= to)
            .Select(tap => new { tap.StaffId, tap.Bucket }).Distinct().ToListAsync(cancel);
        var claims = await (
            from waiting in db.UnresolvedTaps
            join tap in db.Taps on new { waiting.JournalId, waiting.Sequence } equals new { tap.JournalId, tap.Sequence }
            join journal in db.Journals on waiting.JournalId equals journal.JournalId
            where waiting.AgencyId == agency && waiting.Reason == UnresolvedReason.Unverified
            orderby waiting.AtUs, waiting.JournalId, waiting.Sequence
            select new { tap.StaffCode, waiting.AtUs, journal.KioskId, waiting.JournalId, waiting.Sequence }).ToListAsync(cancel);
        return new BadgelessTaps(
            taps.OrderBy(tap => tap.Bucket).ToLookup(tap => tap.StaffId, tap => DateOnly.FromDayNumber(tap.Bucket)),
            claims.ToLookup(claim => claim.StaffCode!, claim => new WaitingClaim(new Instant(claim.AtUs!.Value), claim.KioskId, new TapKey(claim.JournalId, claim.Sequence)), StringComparer.Ordinal));
    }

    /// <summary>Journal and sequence of such taps of some dates.</summary>
    public static HashSet<(long JournalId, long Sequence)> Keys(StoreSession session, long agency, DateOnly from, DateOnly to)
    {
        using var rows = session.Prepare("SELECT journal_id, sequence FROM badgeless_taps WHERE agency_id = ?1 AND bucket BETWEEN ?2 AND ?3")
            .Bind(1, agency).Bind(2, from.DayNumber).Bind(3, to.DayNumber);
        var keys = new HashSet<(long, long)>();
        while (rows.Step()) keys.Add((rows.Number(0), rows.Number(1)));
        return keys;
    }
}
