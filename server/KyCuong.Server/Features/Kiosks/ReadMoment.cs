using KyCuong.Server.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>Several queries that must see the store as of one moment.</summary>
internal static class ReadMoment
{
    /// <summary>Until this is disposed, every query of a reading context sees the store as the first of them does.</summary>
    public static SqliteTransaction BeginMoment(this KyCuongDb db)
    {
        // Deferred: a transaction that begins by asking for the write lock is refused on a connection that only reads.
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        db.Database.UseTransaction(transaction);
        return transaction;
    }
}
