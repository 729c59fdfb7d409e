using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>A tap that may turn out to be a person's, made at some time between two instants, µs since 1970.</summary>
/// <param name="StaffId">Whose it may be.</param>
/// <param name="KioskId">Where.</param>
/// <param name="JournalId">In which journal.</param>
/// <param name="FromUs">Not before.</param>
/// <param name="ToUs">Not after.</param>
internal readonly record struct DoubtfulTap(long StaffId, long KioskId, long JournalId, long FromUs, long ToUs);

/// <summary>
/// Taps of which it is not settled when they were made, or whose they are: with one of them somebody may have come in time, so that no gate may call
/// them late (design section 5). A quarantined kiosk's are not among them: how far it is known stands still, which has the same effect.
/// </summary>
internal static class DoubtfulTaps
{
    /// <summary>Those of an agency that may have been made at or after an instant.</summary>
    public static async Task<List<DoubtfulTap>> ReadAsync(KyCuongDb db, long agency, long fromUs, CancellationToken cancel)
    {
        // A tap was made before it came: what came earlier is of an earlier day.
        var doubtful = (await PendingTimes.ReadAsync(db, agency, cancel, receivedFromUs: fromUs)).Where(tap => tap.Decision is null)
            .SelectMany(tap => tap.Staff, (tap, person) => new DoubtfulTap(person, tap.KioskId, tap.Row.JournalId, tap.From.Micros, tap.To.Micros)).ToList();
        var ambiguous = await (
            from waiting in db.UnresolvedTaps
            join tap in db.Taps on new { waiting.JournalId, waiting.Sequence } equals new { tap.JournalId, tap.Sequence }
            join journal in db.Journals on waiting.JournalId equals journal.JournalId
            where waiting.AgencyId == agency && waiting.Reason == UnresolvedReason.Ambiguous && waiting.AtUs >= fromUs
            select new { tap, journal.KioskId, AtUs = waiting.AtUs!.Value }).AsNoTracking().ToListAsync(cancel);
        if (ambiguous.Count == 0) return doubtful;
        var holders = await BadgeHolders.ReadAsync(db, agency, cancel);
        doubtful.AddRange(ambiguous.SelectMany(
            row => holders.Of(row.tap, new Instant(row.AtUs), new Instant(row.AtUs)), (row, person) => new DoubtfulTap(person, row.KioskId, row.tap.JournalId, row.AtUs, row.AtUs)));
        return doubtful;
    }
}
