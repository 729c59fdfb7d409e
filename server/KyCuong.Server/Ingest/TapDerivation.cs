using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Ingest;

/// <summary>
/// The derived rows of taps when something other than a tap changed: badges, holdings, quarantine, zone; and the taps of
/// imported files. Works inside a lease of the caller, who commits. Not thread-safe.
/// </summary>
public sealed class TapDerivation : IDisposable
{
    private readonly WriteLease _lease;
    private readonly TapResolver _resolver;
    private readonly JournalReader _reader;
    private readonly RawStatement _imported;

    /// <summary>Works inside this lease.</summary>
    public TapDerivation(WriteLease lease)
    {
        _lease = lease;
        _resolver = new TapResolver(lease.Connection, lease.Writer);
        _reader = new JournalReader(lease.Connection);
        _imported = new RawStatement(lease.Connection, "SELECT staff_id, badge, at_us, direction, reader FROM imported_taps WHERE imported_tap_id = ?1");
    }

    /// <summary>
    /// Brings in the taps of a file and gives them their persons. A row that is there already changes nothing.
    /// </summary>
    /// <returns>How many were new.</returns>
    public int ImportTaps(long agencyId, long importId, IEnumerable<ImportedTap> taps)
    {
        using var insert = new RawStatement(_lease.Connection, """
            INSERT INTO imported_taps (agency_id, import_id, line, staff_id, badge, at_us, direction, reader) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO NOTHING RETURNING imported_tap_id
            """);
        var added = 0;
        foreach (var tap in taps)
        {
            if ((tap.StaffId == 0) == (tap.Badge is null)) throw new ArgumentException("A row names a person or a badge.", nameof(taps));
            var badge = tap.Badge is null ? [] : BadgeList.ToArray(tap.Badge.AsSpan());
            insert.Bind(1, agencyId).Bind(2, importId).Bind(3, tap.Line).Bind(4, tap.StaffId).Bind(5, badge).Bind(6, tap.AtUs).Bind(7, (long)tap.Direction).Bind(8, tap.Reader);
            if (!insert.Step()) continue;
            var id = insert.Number(0);
            insert.Step();
            added++;
            var keys = tap.Badge is null ? [] : tap.Badge.AsSpan();
            _resolver.Write(ImportedFact(agencyId, id, tap.Reader, tap.Direction), DecideImported(agencyId, tap.StaffId, keys, tap.AtUs));
        }

        return added;
    }

    /// <summary>
    /// Judges anew whose taps are: all that have no person, and, when <paramref name="from"/> is given, those that have one
    /// on or after that date (the first on which a changed badge or holding was or is in force).
    /// </summary>
    /// <returns>How many taps changed.</returns>
    public int ReResolve(long agencyId, DateOnly? from)
    {
        var changes = new List<(ResolvedTap? Old, TapFact Tap, Resolution New)>();
        GatherUnresolved(agencyId, changes);
        if (from is { } first) GatherResolved(agencyId, first, changes);
        foreach (var (old, tap, resolution) in changes)
        {
            if (old is { } row) _resolver.DropResolved(agencyId, row);
            else _resolver.DropUnresolved(tap.JournalId, tap.Sequence);
            _resolver.Write(tap, resolution);
        }

        return changes.Count;
    }

    /// <summary>
    /// Makes all derived rows of an agency anew from the facts. Only what an operator has yet to decide, the taps of a
    /// kiosk that is quarantined, stays as it is.
    /// </summary>
    /// <returns>How many taps there are.</returns>
    public int RebuildResolved(long agencyId)
    {
        Run("DELETE FROM resolved_taps WHERE agency_id = ?1", agencyId);
        Run($"""
            DELETE FROM unresolved_taps WHERE agency_id = ?1 AND NOT (reason = '{UnresolvedReason.Quarantined}' AND journal_id IN
                (SELECT journal_id FROM journals JOIN kiosks USING (kiosk_id) WHERE quarantined <> 0))
            """, agencyId);
        using var kept = new RawStatement(_lease.Connection, "SELECT 1 FROM unresolved_taps WHERE journal_id = ?1 AND sequence = ?2");
        var taps = 0;
        foreach (var (journalId, kioskId) in Journals(agencyId))
            foreach (var (entry, time) in new JournalTimes(_lease.Connection, journalId).Taps())
            {
                taps++;
                if (kept.Bind(1, journalId).Bind(2, (long)entry.Sequence).Step())
                {
                    kept.Reset();
                    continue;
                }

                var tap = (TapEntry)entry.Body;
                _resolver.Write(Fact(agencyId, journalId, kioskId, entry, tap), _resolver.Decide(agencyId, tap.Badge.AsSpan(), time, quarantined: false));
            }

        using var imported = new RawStatement(_lease.Connection,
            "SELECT imported_tap_id, staff_id, badge, at_us, direction, reader FROM imported_taps WHERE agency_id = ?1").Bind(1, agencyId);
        while (imported.Step())
        {
            taps++;
            _resolver.Write(ImportedFact(agencyId, imported.Number(0), imported.Text(5), (Direction)imported.Number(4)),
                DecideImported(agencyId, imported.Number(1), JournalReader.ReadBadge(imported.Bytes(2)), imported.Number(3)));
        }

        return taps;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _resolver.Dispose();
        _reader.Dispose();
        _imported.Dispose();
    }

    private void GatherUnresolved(long agencyId, List<(ResolvedTap? Old, TapFact Tap, Resolution New)> changes)
    {
        using var rows = new RawStatement(_lease.Connection, """
            SELECT u.journal_id, u.sequence, u.reason, u.badge_id, coalesce(j.kiosk_id, 0), coalesce(k.quarantined, 0), u.at_us
            FROM unresolved_taps u LEFT JOIN journals j USING (journal_id) LEFT JOIN kiosks k ON k.kiosk_id = j.kiosk_id WHERE u.agency_id = ?1
            """).Bind(1, agencyId);
        while (rows.Step())
        {
            var (journalId, sequence, reason) = (rows.Number(0), rows.Number(1), rows.Text(2));
            // The ingest itself gives a pending tap its instant; and a quarantined kiosk waits for its operator.
            if (reason == UnresolvedReason.TimePending || (reason == UnresolvedReason.Quarantined && rows.Number(5) != 0)) continue;
            var (tap, resolution) = journalId == 0 ? Imported(agencyId, sequence) : FromJournal(agencyId, journalId, rows.Number(4), sequence);
            if (resolution.Reason != reason || resolution.BadgeId != (rows.NumberOrNull(3) ?? 0) || resolution.Time?.AtUs != rows.NumberOrNull(6)) changes.Add((null, tap, resolution));
        }
    }

    private void GatherResolved(long agencyId, DateOnly first, List<(ResolvedTap? Old, TapFact Tap, Resolution New)> changes)
    {
        using var rows = new ResolvedTapReader(_lease.Connection, agencyId, first, DateOnly.MaxValue);
        while (rows.Read())
        {
            var row = rows.Current;
            var (tap, resolution) = row.JournalId == 0 ? Imported(agencyId, row.Sequence) : FromJournal(agencyId, row.JournalId, row.KioskId, row.Sequence, new CorrectedTime(row.AtUs, row.UncertaintyUs));
            if (resolution.Reason is not null || resolution.StaffId != row.StaffId) changes.Add((row, tap, resolution));
        }
    }

    private (TapFact Tap, Resolution New) FromJournal(long agencyId, long journalId, long kioskId, long sequence, CorrectedTime? time = null)
    {
        var entry = _reader.ReadTap(journalId, sequence) ?? throw new InvalidDataException($"Journal {journalId} has no tap {sequence}, yet a derived row names it.");
        var tap = (TapEntry)entry.Body;
        if (time is null && (JournalReader.EstimateOf(entry) ?? _reader.Estimate(journalId, sequence, entry.Stamp.BootId)) is { } estimate)
            time = CorrectedTime.Of(entry.Stamp.BootTimeUs, estimate);
        return (Fact(agencyId, journalId, kioskId, entry, tap), _resolver.Decide(agencyId, tap.Badge.AsSpan(), time, quarantined: false));
    }

    private (TapFact Tap, Resolution New) Imported(long agencyId, long id)
    {
        if (!_imported.Bind(1, id).Step()) throw new InvalidDataException($"There is no imported tap {id}, yet a derived row names it.");
        var found = (ImportedFact(agencyId, id, _imported.Text(4), (Direction)_imported.Number(3)),
            DecideImported(agencyId, _imported.Number(0), JournalReader.ReadBadge(_imported.Bytes(1)), _imported.Number(2)));
        _imported.Reset();
        return found;
    }

    private Resolution DecideImported(long agencyId, long staffId, ReadOnlySpan<BadgeKey> badge, long atUs) => staffId != 0
        ? _resolver.OfPerson(agencyId, staffId, atUs)
        : _resolver.Decide(agencyId, badge, new CorrectedTime(atUs, 0), quarantined: false);

    private static TapFact ImportedFact(long agencyId, long id, string reader, Direction direction) =>
        new(agencyId, 0, id, 0, 0, reader, direction, direction == Direction.Unspecified ? DirectionSource.Unspecified : DirectionSource.Reader);

    private static TapFact Fact(long agencyId, long journalId, long kioskId, Entry entry, TapEntry tap) =>
        new(agencyId, journalId, (long)entry.Sequence, kioskId, entry.Stamp.BootId, tap.Reader, tap.Direction, tap.DirectionSource);

    private List<(long JournalId, long KioskId)> Journals(long agencyId)
    {
        using var rows = new RawStatement(_lease.Connection, "SELECT journal_id, kiosk_id FROM journals WHERE agency_id = ?1").Bind(1, agencyId);
        var journals = new List<(long, long)>();
        while (rows.Step()) journals.Add((rows.Number(0), rows.Number(1)));
        return journals;
    }

    private void Run(string sql, long agencyId)
    {
        using var statement = new RawStatement(_lease.Connection, sql).Bind(1, agencyId);
        statement.Run();
    }
}
