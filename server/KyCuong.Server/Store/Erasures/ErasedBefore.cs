using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store.Erasures;

/// <summary>How far back an agency has kept nothing of a kind.</summary>
internal static class ErasedBefore
{
    /// <summary>The first date that was kept; null: nothing of the kind was erased by age.</summary>
    public static Task<DateOnly?> OfAsync(KyCuongDb db, long agencyId, string kind, CancellationToken cancel) =>
        db.Erasures.Where(row => row.AgencyId == agencyId && row.Kind == kind).MaxAsync(row => row.BeforeDate, cancel);
}
