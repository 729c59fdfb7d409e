using System.Reflection;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Server.Ingest;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store.Log;

/// <summary>
/// Begins the log of a store that has none: enters everything that is there. Of what was before nothing can be proven, of all that
/// comes after it can.
/// </summary>
internal static class LogBeginning
{
    /// <summary>Journal entries of one record at most.</summary>
    private const int RunEntries = 10_000;

    private static readonly MethodInfo Rows = typeof(LogBeginning).GetMethod(nameof(RowsOf), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Enters what there is, unless the log has begun; true when it did.</summary>
    public static bool Ensure(WriteLease lease)
    {
        if (LogWriter.Read(lease.Session).Number > 0) return false;
        lease.Log.Add(new LogRecord(LogKind.Begun, 0, "", "", default, []));
        using var db = lease.NewContext();
        foreach (var entity in db.Model.GetEntityTypes().Where(e => LoggedTables.Has(e.ClrType)).OrderBy(e => e.GetTableName(), StringComparer.Ordinal))
            Rows.MakeGenericMethod(entity.ClrType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [db, lease.Log], null);
        foreach (var journal in db.Journals.AsNoTracking().OrderBy(j => j.JournalId).ToList())
        {
            if (!Bytes128.TryRead(journal.Epoch, out var epoch)) throw new InvalidDataException($"Journal {journal.JournalId} has no epoch.");
            Entries(lease, journal.JournalId, journal.AgencyId, new JournalId((ulong)journal.KioskId, epoch));
        }

        foreach (var agency in db.Agencies.AsNoTracking().OrderBy(a => a.AgencyId).ToList())
            if (ImportedRun.After(lease.Session, agency.AgencyId, 0) is { } imported) lease.Log.Add(imported);
        return true;
    }

    private static void RowsOf<TRow>(KyCuongDb db, List<LogRecord> log) where TRow : class
    {
        foreach (var row in db.Set<TRow>().AsNoTracking()) log.Add(SavedRows.Written(db.Entry(row)));
    }

    private static void Entries(WriteLease lease, long journalId, long agencyId, JournalId journal)
    {
        var runs = new JournalRuns();
        using var rows = lease.Session.Prepare("""
            SELECT sequence, hash, received_us, CASE WHEN backlog THEN 1 ELSE 0 END FROM taps WHERE journal_id = ?1
            UNION ALL SELECT sequence, hash, received_us, 2 FROM kiosk_events WHERE journal_id = ?1
            UNION ALL SELECT e.sequence, e.hash, e.received_us, CASE WHEN e.backlog THEN 1 ELSE 0 END FROM journals j JOIN erased_entries e ON e.kiosk_id = j.kiosk_id AND e.epoch = j.epoch
                      WHERE j.journal_id = ?1 AND e.received_us IS NOT NULL
            ORDER BY 1
            """).Bind(1, journalId);
        var (last, hash, count) = (0L, default(Digest), 0);
        while (rows.Step())
        {
            var sequence = rows.Number(0);
            // Of the first after a hole nobody knows any more what came before it.
            Digest? previous = sequence == last + 1 ? hash : null;
            (last, hash) = (sequence, Digest.FromBytes(rows.Bytes(1)));
            runs.Add(journal, agencyId, sequence, hash, previous, rows.Number(2), rows.Number(3) switch { 2 => null, 1 => true, _ => false });
            if (++count % RunEntries == 0) lease.Log.AddRange(runs.Take());
        }

        lease.Log.AddRange(runs.Take());
        using var gaps = lease.Session.Prepare("SELECT first_sequence, last_sequence FROM journal_gaps WHERE journal_id = ?1 AND declared_us IS NOT NULL ORDER BY first_sequence").Bind(1, journalId);
        while (gaps.Step()) runs.AddLost(journal, agencyId, gaps.Number(0), gaps.Number(1));
        lease.Log.AddRange(runs.Take());
    }
}
