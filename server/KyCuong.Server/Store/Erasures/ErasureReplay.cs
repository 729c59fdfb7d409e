using System.Security.Cryptography;
using KyCuong.Server.Cli;
using KyCuong.Server.Ingest;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store.Erasures;

/// <summary>
/// Carries out the tombstones of the list that a store does not have, before anybody is given the store: it may have been put back
/// from a backup that is older than they are, or its process ended between list and store.
/// </summary>
internal static class ErasureReplay
{
    /// <summary>How many were carried out.</summary>
    /// <exception cref="CommandException">The list is damaged or forged: nothing of the store is shown before somebody looked.</exception>
    public static int Run(StoreWriter writer, DataDirectory data)
    {
        var path = ErasureList.LocalPath(data);
        if (!File.Exists(path) || new FileInfo(path).Length == 0) return 0;
        using var authority = ErasureList.Authority(data);
        var done = 0;
        foreach (var tombstone in ErasureList.Read(path, authority))
        {
            // Nobody else has the writer yet.
            using var lease = writer.LeaseAsync(CancellationToken.None).GetAwaiter().GetResult();
            using var db = lease.NewContext();
            var content = TombstoneContent.Parse(tombstone.Content);
            var agency = db.Agencies.AsNoTracking().SingleOrDefault(row => row.Code == content.Agency);
            // Of an agency that this store does not have yet there is nothing to erase, and nothing can come back: its kiosks are not enrolled.
            if (agency is null || db.Erasures.AsNoTracking().Any(row => row.Content == tombstone.Content)) continue;
            var plan = new ErasurePlanner(lease, db, agency).Again(content, tombstone);
            new Eraser(lease, plan).Run(tombstone);
            if (plan.Person is { } person) LetGo(lease, agency.AgencyId, person);
            lease.Commit();
            done++;
        }

        return done;
    }

    /// <summary>Taps that the tombstone does not name, of a badge that is nobody's any more: they are no longer the person's.</summary>
    private static void LetGo(WriteLease lease, long agencyId, long staffId)
    {
        int day;
        using (var first = lease.Session.Prepare("SELECT min(bucket) FROM resolved_taps WHERE agency_id = ?1 AND staff_id = ?2").Bind(1, agencyId).Bind(2, staffId))
        {
            if (!first.Step() || first.IsNull(0)) return;
            day = (int)first.Number(0);
            first.Reset();
        }

        using var derivation = new TapDerivation(lease);
        derivation.ReResolve(agencyId, DateOnly.FromDayNumber(day));
    }
}
