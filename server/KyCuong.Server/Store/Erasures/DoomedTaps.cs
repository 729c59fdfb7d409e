using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Ingest;

namespace KyCuong.Server.Store.Erasures;

/// <summary>Finds the taps of a plan and adds them to it. Reads by the session of a lease. Not thread-safe.</summary>
internal sealed class DoomedTaps(StoreSession session, ErasurePlan plan)
{
    private const string Resolved = """
        SELECT r.journal_id, r.sequence, j.kiosk_id, j.epoch, t.hash, t.received_us, t.backlog, r.bucket, r.staff_id, r.at_us
        FROM resolved_taps r LEFT JOIN journals j ON j.journal_id = r.journal_id LEFT JOIN taps t ON t.journal_id = r.journal_id AND t.sequence = r.sequence
        WHERE r.agency_id = ?1
        """;

    private const string Unresolved = """
        SELECT u.journal_id, u.sequence, j.kiosk_id, j.epoch, t.hash, t.received_us, t.backlog, t.badge, t.staff_code, i.badge, u.reason, u.at_us
        FROM unresolved_taps u LEFT JOIN journals j ON j.journal_id = u.journal_id LEFT JOIN taps t ON t.journal_id = u.journal_id AND t.sequence = u.sequence
             LEFT JOIN imported_taps i ON u.journal_id = 0 AND i.imported_tap_id = u.sequence
        WHERE u.agency_id = ?1
        """;

    private readonly HashSet<(long, long)> _taken = [];

    /// <summary>All that a person made: those that are the person's, and those of the badges or the code that are nobody's.</summary>
    /// <param name="staffId">The person.</param>
    /// <param name="code">The person's code.</param>
    /// <param name="hashes">Of badges that nobody else held.</param>
    public void OfPerson(long staffId, string code, IReadOnlySet<BadgeKey> hashes)
    {
        using (var rows = session.Prepare(Resolved + " AND r.staff_id = ?2").Bind(1, plan.AgencyId).Bind(2, staffId))
            while (rows.Step()) AddResolved(rows);
        using (var rows = session.Prepare(Unresolved).Bind(1, plan.AgencyId))
            while (rows.Step())
                if ((!rows.IsNull(8) && rows.Text(8) == code) || Has(rows, 7, hashes) || Has(rows, 9, hashes)) AddUnresolved(rows);
        Conflicts(code, hashes);
    }

    /// <summary>Those of files that are a person's.</summary>
    public void ImportsOf(long staffId)
    {
        using var rows = session.Prepare(Resolved + " AND r.staff_id = ?2 AND r.journal_id = 0").Bind(1, plan.AgencyId).Bind(2, staffId);
        while (rows.Step())
            if (!plan.Imports.Exists(one => one.Id == rows.Number(1))) AddResolved(rows);
    }

    /// <summary>Those of unknown badges made before an instant.</summary>
    public void Unknown(long beforeUs)
    {
        using var rows = session.Prepare(Unresolved + " AND u.reason = 'unknown' AND u.at_us < ?2").Bind(1, plan.AgencyId).Bind(2, beforeUs);
        while (rows.Step()) AddUnresolved(rows);
    }

    /// <summary>All made before a day, as many as may be taken at once.</summary>
    public void Before(DateOnly day, long beforeUs, int most)
    {
        using (var rows = session.Prepare(Resolved + " AND r.bucket < ?2 ORDER BY r.bucket LIMIT ?3").Bind(1, plan.AgencyId).Bind(2, day.DayNumber).Bind(3, most))
            while (rows.Step()) AddResolved(rows);
        using (var rows = session.Prepare(Unresolved + " AND u.at_us < ?2 ORDER BY u.at_us LIMIT ?3").Bind(1, plan.AgencyId).Bind(2, beforeUs).Bind(3, most))
            while (rows.Step()) AddUnresolved(rows);
    }

    /// <summary>Those of a tombstone's entries that are here; the others are awaited.</summary>
    public void Named(IEnumerable<ErasedKey> keys)
    {
        using var tap = session.Prepare("""
            SELECT t.journal_id, t.sequence, j.kiosk_id, j.epoch, t.hash, t.received_us, t.backlog, t.server_minus_boot_us FROM journals j JOIN taps t ON t.journal_id = j.journal_id
            WHERE j.kiosk_id = ?1 AND j.epoch = ?2 AND t.sequence = ?3
            """);
        var found = new Dictionary<(long, long), (ErasedKey Key, long ReceivedUs, bool Backlog)>();
        foreach (var key in keys)
        {
            var here = tap.Bind(1, key.Kiosk).Bind(2, Bytes128.ToArray(key.Epoch)).Bind(3, key.Sequence).Step();
            if (here && Digest.FromBytes(tap.Bytes(4)) == key.Hash) found.Add((tap.Number(0), tap.Number(1)), (key, tap.Number(5), tap.Truth(6)));
            else plan.Awaited.Add(key);
            if (here) tap.Reset();
        }

        if (found.Count == 0) return;
        var places = new Dictionary<(long, long), DerivedPlace>();
        using var rows = session.Prepare("SELECT journal_id, sequence, bucket, staff_id, at_us FROM resolved_taps WHERE agency_id = ?1 AND journal_id > 0").Bind(1, plan.AgencyId);
        while (rows.Step())
            if (found.ContainsKey((rows.Number(0), rows.Number(1)))) places.Add((rows.Number(0), rows.Number(1)), new DerivedPlace(rows.Number(2), rows.Number(3), rows.Number(4)));
        foreach (var ((journal, sequence), (key, received, backlog)) in found)
            plan.Taps.Add(new DoomedTap(journal, key, received, backlog, places.TryGetValue((journal, sequence), out var place) ? place : null));
    }

    /// <summary>Imported taps of a tombstone that are here.</summary>
    public void NamedImports(IReadOnlySet<long> ids)
    {
        if (ids.Count == 0) return;
        var places = new Dictionary<long, DerivedPlace>();
        using (var rows = session.Prepare("SELECT sequence, bucket, staff_id, at_us FROM resolved_taps WHERE agency_id = ?1 AND journal_id = 0").Bind(1, plan.AgencyId))
            while (rows.Step())
                if (ids.Contains(rows.Number(0))) places.Add(rows.Number(0), new DerivedPlace(rows.Number(1), rows.Number(2), rows.Number(3)));
        using var all = session.Prepare("SELECT imported_tap_id FROM imported_taps WHERE agency_id = ?1").Bind(1, plan.AgencyId);
        while (all.Step())
            if (ids.Contains(all.Number(0))) plan.Imports.Add(new DoomedImport(all.Number(0), places.TryGetValue(all.Number(0), out var place) ? place : null));
    }

    private void Conflicts(string code, IReadOnlySet<BadgeKey> hashes)
    {
        using var rows = session.Prepare("SELECT c.journal_id, j.kiosk_id, j.epoch, c.sequence, c.hash, c.encoding FROM journal_conflicts c JOIN journals j ON j.journal_id = c.journal_id WHERE c.agency_id = ?1").Bind(1, plan.AgencyId);
        while (rows.Step())
        {
            if (!CanonicalEntry.TryRead(rows.Bytes(5), out _, out _, out var entry)) continue;
            var hers = entry.Body switch
            {
                TapEntry tap => tap.Badge.Any(hashes.Contains),
                ClaimedTapEntry claim => claim.StaffCode == code,
                _ => false,
            };
            if (hers) plan.Conflicts.Add(new DoomedConflict(rows.Number(0), Key(rows.Number(1), rows.Bytes(2), rows.Number(3), rows.Bytes(4))));
        }
    }

    private void AddResolved(StoreStatement row)
    {
        var place = new DerivedPlace(row.Number(7), row.Number(8), row.Number(9));
        if (row.Number(0) == 0) plan.Imports.Add(new DoomedImport(row.Number(1), place));
        else if (_taken.Add((row.Number(0), row.Number(1)))) plan.Taps.Add(new DoomedTap(row.Number(0), Key(row), row.Number(5), row.Truth(6), place));
    }

    private void AddUnresolved(StoreStatement row)
    {
        if (row.Number(0) == 0) plan.Imports.Add(new DoomedImport(row.Number(1), null));
        else if (_taken.Add((row.Number(0), row.Number(1)))) plan.Taps.Add(new DoomedTap(row.Number(0), Key(row), row.Number(5), row.Truth(6), null));
    }

    private static bool Has(StoreStatement row, int column, IReadOnlySet<BadgeKey> hashes) => !row.IsNull(column) && JournalReader.ReadBadge(row.Bytes(column)).Any(hashes.Contains);

    private static ErasedKey Key(StoreStatement row) => Key(row.Number(2), row.Bytes(3), row.Number(1), row.Bytes(4));

    private static ErasedKey Key(long kiosk, ReadOnlySpan<byte> epoch, long sequence, ReadOnlySpan<byte> hash) =>
        new(kiosk, Bytes128.TryRead(epoch, out var number) ? number : throw new InvalidDataException("An epoch does not have 16 bytes."), sequence, Digest.FromBytes(hash));
}
