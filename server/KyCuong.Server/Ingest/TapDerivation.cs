using System.Diagnostics.CodeAnalysis;
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
    /// <summary>Imported taps in memory at once.</summary>
    private const int Page = 4_096;

    private readonly WriteLease _lease;
    private readonly TapResolver _resolver;
    private readonly JournalReader _reader;
    private readonly SettledTimes _settled;

    /// <summary>Works inside this lease.</summary>
    public TapDerivation(WriteLease lease)
    {
        _lease = lease;
        _resolver = new TapResolver(lease.Session, lease.Writer);
        _reader = new JournalReader(lease.Session);
        _settled = new SettledTimes(lease.Session);
    }

    /// <summary>
    /// Brings in the taps of a file and gives them their persons. A row that is there already changes nothing.
    /// </summary>
    /// <returns>How many were new.</returns>
    public int ImportTaps(long agencyId, long importId, IEnumerable<ImportedTap> taps)
    {
        using var last = _lease.Session.Prepare("SELECT coalesce(max(imported_tap_id), 0) FROM imported_taps");
        last.Step();
        var before = last.Number(0);
        last.Reset();
        using var insert = _lease.Session.PrepareInsert("imported_taps", "agency_id, import_id, line, staff_id, badge, at_us, direction, reader", "DO NOTHING");
        foreach (var tap in taps)
        {
            if ((tap.StaffId == 0) == (tap.Badge is null)) throw new ArgumentException("A row names a person or a badge.", nameof(taps));
            var badge = tap.Badge is null ? [] : BadgeList.ToArray(tap.Badge.AsSpan());
            insert.Bind(1, agencyId).Bind(2, importId).Bind(3, tap.Line).Bind(4, tap.StaffId).Bind(5, badge).Bind(6, tap.AtUs).Bind(7, (long)tap.Direction).Bind(8, tap.Reader).Add();
        }

        if (ImportedRun.After(_lease.Session, agencyId, before) is { } record) _lease.Log.Add(record);
        return DeriveImported(agencyId, before);
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
        foreach (var (old, tap, _) in changes)
        {
            if (old is { } row) _resolver.RemoveResolved(agencyId, row);
            else _resolver.RemoveUnresolved(tap.JournalId, tap.Sequence);
        }

        foreach (var (_, tap, resolution) in changes) _resolver.Write(tap, resolution);
        return changes.Count;
    }

    /// <summary>Gives the taps of a boot without an estimate the instants they have by what people decided, or none.</summary>
    /// <param name="agencyId">Whose.</param>
    /// <param name="journalId">Their journal.</param>
    /// <param name="sequence">One of them.</param>
    /// <param name="boot">The boot.</param>
    public void RetimeBoot(long agencyId, long journalId, long sequence, UInt128 boot)
    {
        if (_reader.Estimate(journalId, sequence, boot) is not null) return;
        var kioskId = Journals(agencyId).Single(journal => journal.JournalId == journalId).KioskId;
        foreach (var at in _reader.TapsTimedBy(journalId, sequence, boot).Append(sequence))
        {
            // Of one that is erased nothing is left to be timed.
            if (_reader.ReadTap(journalId, at) is not { } entry) continue;
            var time = Settled(journalId, entry);
            var bucket = time is { } known ? _resolver.Agency(agencyId).Zone.DayNumber(known.AtUs) : 0;
            var quarantined = _resolver.Drop(agencyId, journalId, at, bucket) == UnresolvedReason.Quarantined;
            var fact = TapFact.Of(agencyId, journalId, kioskId, entry);
            _resolver.Write(fact, _resolver.Decide(fact, entry.Body, time, quarantined));
        }
    }

    /// <summary>
    /// Makes all derived rows of an agency anew from the facts. Only what an operator has yet to decide, the taps of a
    /// kiosk that is quarantined, stays as it is.
    /// </summary>
    /// <returns>How many taps there are.</returns>
    public int RebuildResolved(long agencyId)
    {
        Run("DELETE FROM resolved_taps WHERE agency_id = ?1", agencyId);
        Run("DELETE FROM badgeless_taps WHERE agency_id = ?1", agencyId);
        Run($"""
            DELETE FROM unresolved_taps WHERE agency_id = ?1 AND NOT (reason = '{UnresolvedReason.Quarantined}' AND journal_id IN
                (SELECT journal_id FROM journals JOIN kiosks USING (kiosk_id) WHERE quarantined))
            """, agencyId);
        var taps = 0;
        foreach (var (journalId, kioskId) in Journals(agencyId))
        {
            var kept = Kept(journalId);
            foreach (var (entry, time) in new JournalTimes(_lease.Session, journalId).Taps())
            {
                taps++;
                if (kept.Contains((long)entry.Sequence)) continue;
                var fact = TapFact.Of(agencyId, journalId, kioskId, entry);
                _resolver.Write(fact, _resolver.Decide(fact, entry.Body, time ?? Settled(journalId, entry), quarantined: false));
            }
        }

        return taps + DeriveImported(agencyId, after: 0);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _resolver.Dispose();
        _reader.Dispose();
        _settled.Dispose();
    }

    /// <summary>Writes the derived rows of imported taps after an id; returns how many there are.</summary>
    private int DeriveImported(long agencyId, long after)
    {
        using var rows = _lease.Session.Prepare("""
            SELECT imported_tap_id, staff_id, badge, at_us, direction, reader FROM imported_taps
            WHERE imported_tap_id > ?1 AND agency_id = ?2 ORDER BY imported_tap_id LIMIT ?3
            """);
        var page = new List<(TapFact Tap, Resolution Resolution)>();
        // Before the rows are read: a store may read one thing at a time.
        _resolver.Agency(agencyId);
        var count = 0;
        do
        {
            page.Clear();
            rows.Bind(1, after).Bind(2, agencyId).Bind(3, Page);
            while (rows.Step())
            {
                var fact = ImportedFact(agencyId, rows.Number(0), rows.Text(5), (Direction)rows.Number(4));
                page.Add((fact, Decide(fact, rows.Number(1), JournalReader.ReadBadge(rows.Bytes(2)), new CorrectedTime(rows.Number(3), 0))));
            }

            foreach (var (tap, resolution) in page) _resolver.Write(tap, resolution);
            if (page.Count > 0) after = page[^1].Tap.Sequence;
            count += page.Count;
        }
        while (page.Count == Page);
        return count;
    }

    private void GatherUnresolved(long agencyId, List<(ResolvedTap? Old, TapFact Tap, Resolution New)> changes)
    {
        using var rows = _lease.Session.Prepare("""
            SELECT u.journal_id, u.sequence, u.reason, u.badge_id, u.at_us, j.kiosk_id, coalesce(k.quarantined, FALSE),
                   t.boot_time_us, t.boot_id, t.server_minus_boot_us, t.uncertainty_us, t.reader, t.badge, t.technology, t.raw_length, t.direction, t.direction_source, t.staff_code, t.claim,
                   i.staff_id, i.badge, i.at_us, i.direction, i.reader
            FROM unresolved_taps u LEFT JOIN journals j ON j.journal_id = u.journal_id LEFT JOIN kiosks k ON k.kiosk_id = j.kiosk_id
                 LEFT JOIN taps t ON t.journal_id = u.journal_id AND t.sequence = u.sequence
                 LEFT JOIN imported_taps i ON u.journal_id = 0 AND i.imported_tap_id = u.sequence
            WHERE u.agency_id = ?1 ORDER BY u.journal_id, u.sequence
            """).Bind(1, agencyId);
        var found = new List<(string Reason, long BadgeId, long? AtUs, TapFact Tap, EntryBody? Body, BadgeKey[] Badge, long StaffId, long? BootTimeUs, CorrectedTime? Time)>();
        while (rows.Step())
        {
            var (journalId, sequence, reason) = (rows.Number(0), rows.Number(1), rows.Text(2));
            // The ingest itself gives a pending tap its instant, or RetimeBoot does; and a quarantined kiosk waits for its operator.
            if (reason == UnresolvedReason.TimePending || (reason == UnresolvedReason.Quarantined && rows.Truth(6))) continue;
            Require(!rows.IsNull(journalId == 0 ? 19 : 8), journalId, sequence);
            if (journalId == 0)
            {
                found.Add((reason, rows.NumberOrNull(3) ?? 0, rows.NumberOrNull(4), ImportedFact(agencyId, sequence, rows.Text(23), (Direction)rows.Number(22)),
                    null, JournalReader.ReadBadge(rows.Bytes(20)), rows.Number(19), null, new CorrectedTime(rows.Number(21), 0)));
                continue;
            }

            Bytes128.TryRead(rows.Bytes(8), out var boot);
            CorrectedTime? time = rows.IsNull(9) ? null : CorrectedTime.Of(rows.Number(7), new BootEstimate(rows.Number(7), rows.Number(9), rows.Number(10)));
            var fact = new TapFact(agencyId, journalId, sequence, rows.Number(5), boot, rows.Text(11), (Direction)rows.Number(15), (DirectionSource)rows.Number(16));
            found.Add((reason, rows.NumberOrNull(3) ?? 0, rows.NumberOrNull(4), fact, JournalReader.TapBody(rows, 11), [], 0, rows.IsNull(9) ? rows.Number(7) : null, time));
        }

        foreach (var row in found)
        {
            // A tap without an estimate of its own takes one of its boot.
            var time = row.BootTimeUs is not { } at ? row.Time
                : (_reader.Estimate(row.Tap.JournalId, row.Tap.Sequence, row.Tap.Boot) is { } estimate ? CorrectedTime.Of(at, estimate) : null)
                    ?? _settled.Of(row.Tap.JournalId, row.Tap.Sequence, row.Tap.Boot, at);
            var resolution = row.Body is { } body ? _resolver.Decide(row.Tap, body, time, quarantined: false) : Decide(row.Tap, row.StaffId, row.Badge, time);
            if (resolution.Reason != row.Reason || resolution.BadgeId != row.BadgeId || resolution.Time?.AtUs != row.AtUs) changes.Add((null, row.Tap, resolution));
        }
    }

    private void GatherResolved(long agencyId, DateOnly first, List<(ResolvedTap? Old, TapFact Tap, Resolution New)> changes)
    {
        using var rows = _lease.Session.Prepare("""
            SELECT r.bucket, r.staff_id, r.at_us, r.journal_id, r.sequence, r.direction, r.direction_source, r.uncertainty_us, r.kiosk_id, r.reader,
                   t.boot_id, t.badge, i.staff_id, i.badge, t.staff_code, t.claim
            FROM resolved_taps r LEFT JOIN taps t ON t.journal_id = r.journal_id AND t.sequence = r.sequence
                 LEFT JOIN imported_taps i ON r.journal_id = 0 AND i.imported_tap_id = r.sequence
            WHERE r.agency_id = ?1 AND r.bucket >= ?2
            """).Bind(1, agencyId).Bind(2, first.DayNumber);
        var claims = new List<(ResolvedTap Old, TapFact Tap, ClaimedTapEntry Claim, CorrectedTime Time)>();
        // Before the rows are read: a store may read one thing at a time.
        _resolver.Agency(agencyId);
        while (rows.Step())
        {
            var old = new ResolvedTap(
                (int)rows.Number(0), rows.Number(1), rows.Number(2), rows.Number(3), rows.Number(4),
                (Direction)rows.Number(5), (DirectionSource)rows.Number(6), rows.Number(7), rows.Number(8), rows.Text(9));
            var imported = old.JournalId == 0;
            Require(!rows.IsNull(imported ? 12 : 10), old.JournalId, old.Sequence);
            UInt128 boot = 0;
            if (!imported) Bytes128.TryRead(rows.Bytes(10), out boot);
            var tap = new TapFact(agencyId, old.JournalId, old.Sequence, old.KioskId, boot, old.Reader, old.Direction, old.DirectionSource);
            var time = new CorrectedTime(old.AtUs, old.UncertaintyUs);
            if (!imported && !rows.IsNull(14))
                // Its person is asked of the store, after this reading.
                claims.Add((old, tap, new ClaimedTapEntry(rows.Text(14), (ClaimCheck)rows.Number(15), old.Direction, old.DirectionSource), time));
            else
                Compare(old, tap, Decide(tap, imported ? rows.Number(12) : 0, JournalReader.ReadBadge(rows.Bytes(imported ? 13 : 11)), time));
        }

        foreach (var (old, tap, claim, time) in claims) Compare(old, tap, _resolver.Decide(tap, claim, time, quarantined: false));

        void Compare(in ResolvedTap old, in TapFact tap, in Resolution now)
        {
            if (now.Reason is not null || now.StaffId != old.StaffId) changes.Add((old, tap, now));
        }
    }

    private CorrectedTime? Settled(long journalId, Entry tap) =>
        _settled.Of(journalId, (long)tap.Sequence, tap.Stamp.BootId, tap.Stamp.BootTimeUs);

    private static void Require(bool there, long journalId, long sequence)
    {
        if (!there) throw new InvalidDataException($"Journal {journalId} has no tap {sequence}, yet a derived row names it.");
    }

    private Resolution Decide(in TapFact tap, long staffId, ReadOnlySpan<BadgeKey> badge, CorrectedTime? time) => staffId != 0
        ? _resolver.OfPerson(tap.AgencyId, staffId, time!.Value.AtUs)
        : _resolver.Decide(tap.AgencyId, badge, time, quarantined: false);

    private static TapFact ImportedFact(long agencyId, long id, string reader, Direction direction) =>
        new(agencyId, 0, id, 0, 0, reader, direction, direction == Direction.Unspecified ? DirectionSource.Unspecified : DirectionSource.Reader);

    private List<(long JournalId, long KioskId)> Journals(long agencyId)
    {
        using var rows = _lease.Session.Prepare("SELECT journal_id, kiosk_id FROM journals WHERE agency_id = ?1").Bind(1, agencyId);
        var journals = new List<(long, long)>();
        while (rows.Step()) journals.Add((rows.Number(0), rows.Number(1)));
        return journals;
    }

    /// <summary>Taps of a journal whose derived row stays as it is.</summary>
    private HashSet<long> Kept(long journalId)
    {
        using var rows = _lease.Session.Prepare("SELECT sequence FROM unresolved_taps WHERE journal_id = ?1").Bind(1, journalId);
        var kept = new HashSet<long>();
        while (rows.Step()) kept.Add(rows.Number(0));
        return kept;
    }

    private void Run([ConstantExpected] string sql, long agencyId)
    {
        using var statement = _lease.Session.Prepare(sql).Bind(1, agencyId);
        statement.Run();
    }
}
