using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store;

/// <summary>
/// At which levels readers read (readers, section 9.3). The server is not told how a reader is set; what it keeps of cards shows it: the
/// strongest level of each of its taps. A reader that has not read a card yet is not known.
/// </summary>
internal static class ReadingLevels
{
    /// <summary>Taps looked at, the newest of each kiosk's newest journal.</summary>
    public const int TapsOfKiosk = 2_000;

    /// <summary>For each level one reader that reads at it, the newest first, of kiosks that are in service.</summary>
    public static async Task<IReadOnlyDictionary<CredentialLevel, (string Kiosk, string Reader)>> LoadAsync(KyCuongDb db, long agencyId, CancellationToken cancel)
    {
        var levels = new Dictionary<CredentialLevel, (string, string)>();
        var kiosks = await db.Kiosks.AsNoTracking().Where(kiosk => kiosk.AgencyId == agencyId && kiosk.State == KioskState.Enrolled).OrderBy(kiosk => kiosk.KioskId)
            .Select(kiosk => new { kiosk.Code, Journal = db.Journals.Where(journal => journal.KioskId == kiosk.KioskId).Max(journal => (long?)journal.JournalId) }).ToListAsync(cancel);
        foreach (var kiosk in kiosks)
        {
            var taps = await db.Taps.AsNoTracking().Where(tap => tap.JournalId == kiosk.Journal && tap.StaffCode == null).OrderByDescending(tap => tap.Sequence)
                .Take(TapsOfKiosk).Select(tap => new { tap.Reader, tap.Badge }).ToListAsync(cancel);
            foreach (var tap in taps)
                if (BadgeList.Count(tap.Badge) > 0) levels.TryAdd(BadgeList.Read(tap.Badge, 0).Level, (kiosk.Code, tap.Reader));
        }

        return levels;
    }
}
