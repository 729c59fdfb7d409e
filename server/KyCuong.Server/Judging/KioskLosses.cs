using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>Declarations that kiosks are lost.</summary>
internal static class KioskLosses
{
    /// <summary>The last declaration of each kiosk that has one, by kiosk; whether it still holds says <see cref="KioskLossRow.OvertakenBy"/>.</summary>
    public static async Task<Dictionary<long, KioskLossRow>> LastAsync(KyCuongDb db, long agency, CancellationToken cancel)
    {
        var last = new Dictionary<long, KioskLossRow>();
        foreach (var loss in await db.KioskLosses.AsNoTracking().Where(loss => loss.AgencyId == agency).OrderBy(loss => loss.EnteredUs).ThenBy(loss => loss.LossId).ToListAsync(cancel))
            last[loss.KioskId] = loss;
        return last;
    }
}
