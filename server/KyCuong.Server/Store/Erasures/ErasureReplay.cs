using System.Security.Cryptography;
using KyCuong.Server.Cli;
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
            new Eraser(lease, new ErasurePlanner(lease, db, agency).Again(content, tombstone)).Run(tombstone);
            lease.Commit();
            done++;
        }

        return done;
    }
}
