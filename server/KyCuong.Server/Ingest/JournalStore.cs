using System.Buffers.Binary;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;

namespace KyCuong.Server.Ingest;

/// <summary>The prepared statements that write journals and their entries. Decides nothing. Not thread-safe.</summary>
internal sealed class JournalStore(StoreSession session) : IDisposable
{
    private readonly StoreInsert _tap = session.PrepareInsert("taps", """
        journal_id, sequence, agency_id, hash, wall_clock_us, boot_time_us, boot_id, server_minus_boot_us, uncertainty_us, sample_age_us,
        reader, badge, technology, raw_length, direction, direction_source, received_us, backlog, staff_code, claim
        """);

    private readonly StoreInsert _event = session.PrepareInsert("kiosk_events", "journal_id, sequence, agency_id, hash, kind, encoding, received_us");

    private readonly StoreInsert _conflict = session.PrepareInsert("journal_conflicts", "journal_id, sequence, hash, agency_id, encoding, received_us");

    private readonly StoreInsert _head = session.PrepareInsert("journal_heads", "journal_id, sequence, hash, agency_id, signed_us, thumbprint, signature, received_us");

    private readonly StoreStatement _hasHead = session.Prepare("SELECT 1 FROM journal_heads WHERE journal_id = ?1 AND sequence = ?2 AND hash = ?3");

    private readonly StoreStatement _hasConflict = session.Prepare("SELECT 1 FROM journal_conflicts WHERE journal_id = ?1 AND sequence = ?2 AND hash = ?3");

    private readonly StoreInsert _putGap = session.PrepareInsert(
        "journal_gaps", "journal_id, first_sequence, last_sequence, agency_id, noticed_us, declared_us");

    private readonly StoreStatement _dropGap = session.Prepare("DELETE FROM journal_gaps WHERE journal_id = ?1 AND first_sequence = ?2");
    private readonly StoreStatement _gaps = session.Prepare(
        "SELECT first_sequence, last_sequence, noticed_us, declared_us FROM journal_gaps WHERE journal_id = ?1 ORDER BY first_sequence");

    private readonly StoreStatement _highWater = session.Prepare("UPDATE journals SET high_water = ?2, high_water_hash = ?3 WHERE journal_id = ?1");
    private readonly StoreStatement _kiosk = session.Prepare("SELECT agency_id, quarantined FROM kiosks WHERE kiosk_id = ?1");
    private readonly StoreStatement _quarantine = session.Prepare("UPDATE kiosks SET quarantined = TRUE WHERE kiosk_id = ?1");
    private readonly StoreStatement _known = session.Prepare(
        "UPDATE kiosks SET known_until_us = CASE WHEN ?2 <= known_until_us THEN known_until_us ELSE coalesce(?2, known_until_us) END, seen_us = ?3 WHERE kiosk_id = ?1");

    private readonly StoreStatement _find = session.Prepare("SELECT journal_id, high_water, high_water_hash FROM journals WHERE kiosk_id = ?1 AND epoch = ?2");
    private readonly StoreStatement _open = session.Prepare(
        "INSERT INTO journals (agency_id, kiosk_id, epoch, high_water, high_water_hash, first_seen_us) VALUES (?1, ?2, ?3, 0, ?4, ?5)");

    private readonly StoreStatement _awaited = session.Prepare("SELECT sequence, hash FROM erased_entries WHERE kiosk_id = ?1 AND epoch = ?2 AND received_us IS NULL");
    private readonly StoreStatement _takeErased = session.Prepare(
        "UPDATE erased_entries SET received_us = ?5, backlog = ?6 WHERE kiosk_id = ?1 AND epoch = ?2 AND sequence = ?3 AND hash = ?4");

    private readonly StoreStatement _pendingBoots = session.Prepare(
        "SELECT DISTINCT boot_id FROM unresolved_taps WHERE agency_id = ?1 AND reason IN ('timePending', 'quarantined') AND at_us IS NULL AND journal_id = ?2");

    private readonly StoreStatement _pending = session.Prepare("""
        SELECT sequence FROM unresolved_taps
        WHERE agency_id = ?1 AND reason IN ('timePending', 'quarantined') AND at_us IS NULL AND journal_id = ?2 AND boot_id = ?3 AND sequence > ?4 ORDER BY sequence LIMIT ?5
        """);

    private readonly StoreStatement _allPending = session.Prepare("""
        SELECT DISTINCT j.kiosk_id, j.epoch, u.boot_id
        FROM unresolved_taps AS u JOIN journals AS j ON j.journal_id = u.journal_id
        WHERE u.reason IN ('timePending', 'quarantined') AND u.at_us IS NULL
        """);

    /// <summary>Writes a tap, by badge or by staff code.</summary>
    public void InsertTap(JournalState journal, Entry entry, Digest hash, long receivedUs, bool backlog)
    {
        var (tap, claim) = (entry.Body as TapEntry, entry.Body as ClaimedTapEntry);
        var (direction, source) = JournalReader.DirectionOf(entry.Body);
        Span<byte> bytes = stackalloc byte[ContractLimits.BadgeHashesPerTap * BadgeList.ItemSize];
        hash.CopyTo(bytes);
        _tap.Bind(1, journal.RowId).Bind(2, (long)entry.Sequence).Bind(3, journal.AgencyId).Bind(4, bytes[..Digest.Size])
            .Bind(5, entry.Stamp.WallClockUs).Bind(6, entry.Stamp.BootTimeUs);
        BinaryPrimitives.WriteUInt128BigEndian(bytes, entry.Stamp.BootId);
        _tap.Bind(7, bytes[..Bytes128.Size]);
        if (entry.Stamp.Estimate is { } estimate)
            _tap.Bind(8, estimate.ServerMinusBootUs).Bind(9, estimate.UncertaintyUs).Bind(10, estimate.SampleAgeUs);
        else
            _tap.Bind(8, (long?)null).Bind(9, (long?)null).Bind(10, (long?)null);
        var length = tap is null ? 0 : BadgeList.Write(bytes, tap.Badge.AsSpan());
        _tap.Bind(11, tap?.Reader ?? "").Bind(12, bytes[..length]).Bind(13, (long)(tap?.Technology ?? Technology.Unspecified)).Bind(14, (long)(tap?.RawLength ?? 0))
            .Bind(15, (long)direction).Bind(16, (long)source).Bind(17, receivedUs).Bind(18, backlog)
            .Bind(19, claim?.StaffCode).Bind(20, (long?)claim?.Check).Add();
    }

    public void InsertEvent(JournalState journal, Entry entry, ReadOnlySpan<byte> encoding, Digest hash, long receivedUs)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        hash.CopyTo(bytes);
        _event.Bind(1, journal.RowId).Bind(2, (long)entry.Sequence).Bind(3, journal.AgencyId).Bind(4, bytes)
            .Bind(5, (long)entry.Body.Kind).Bind(6, encoding).Bind(7, receivedUs).Add();
    }

    /// <summary>Keeps the fact of an entry whose content was erased before it came.</summary>
    public void TakeErased(JournalState journal, long sequence, Digest hash, long receivedUs, bool backlog) =>
        _takeErased.Bind(1, journal.KioskId).Bind(2, Bytes128.ToArray(journal.Journal.Epoch)).Bind(3, sequence).Bind(4, hash.ToArray()).Bind(5, receivedUs).Bind(6, backlog).Run();

    public bool HasConflict(JournalState journal, long sequence, Digest hash)
    {
        var found = _hasConflict.Bind(1, journal.RowId).Bind(2, sequence).Bind(3, hash.ToArray()).Step();
        if (found) _hasConflict.Reset();
        return found;
    }

    public void KeepConflict(JournalState journal, long sequence, Digest hash, ReadOnlySpan<byte> encoding, long receivedUs)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        hash.CopyTo(bytes);
        _conflict.Bind(1, journal.RowId).Bind(2, sequence).Bind(3, bytes).Bind(4, journal.AgencyId).Bind(5, encoding).Bind(6, receivedUs).Add();
    }

    public bool HasHead(JournalState journal, KioskHead head)
    {
        var found = _hasHead.Bind(1, journal.RowId).Bind(2, head.Sequence).Bind(3, head.Hash.ToArray()).Step();
        if (found) _hasHead.Reset();
        return found;
    }

    public void InsertHead(JournalState journal, KioskHead head) =>
        _head.Bind(1, journal.RowId).Bind(2, head.Sequence).Bind(3, head.Hash.ToArray()).Bind(4, journal.AgencyId).Bind(5, head.SignedUs)
            .Bind(6, head.Thumbprint).Bind(7, head.Signature).Bind(8, head.ReceivedUs).Add();

    public void PutGap(JournalState journal, Gap gap) =>
        _putGap.Bind(1, journal.RowId).Bind(2, gap.First).Bind(3, gap.Last).Bind(4, journal.AgencyId).Bind(5, gap.NoticedUs).Bind(6, gap.DeclaredUs).Add();

    public void DropGap(JournalState journal, Gap gap) => _dropGap.Bind(1, journal.RowId).Bind(2, gap.First).Run();

    public void SaveHighWater(JournalState journal)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        journal.HighWaterHash.CopyTo(bytes);
        _highWater.Bind(1, journal.RowId).Bind(2, journal.HighWater).Bind(3, bytes).Write();
    }

    /// <summary>The kiosk's agency and whether it is quarantined; null when there is no such kiosk.</summary>
    public (long AgencyId, bool Quarantined)? Kiosk(long kioskId)
    {
        if (!_kiosk.Bind(1, kioskId).Step()) return null;
        var kiosk = (_kiosk.Number(0), _kiosk.Truth(1));
        _kiosk.Reset();
        return kiosk;
    }

    public void Quarantine(long kioskId) => _quarantine.Bind(1, kioskId).Write();

    public void SaveKnown(long kioskId, long? knownUntilUs, long seenUs) => _known.Bind(1, kioskId).Bind(2, knownUntilUs).Bind(3, seenUs).Write();

    /// <summary>Everything about one journal as it stands in the store; makes its row when it is new.</summary>
    public JournalState Load(JournalReader reader, long agencyId, JournalId journal, long nowUs)
    {
        var epoch = Bytes128.ToArray(journal.Epoch);
        if (!_find.Bind(1, (long)journal.KioskId).Bind(2, epoch).Step())
        {
            _open.Bind(1, agencyId).Bind(2, (long)journal.KioskId).Bind(3, epoch).Bind(4, new byte[Digest.Size]).Bind(5, nowUs).Run();
            _find.Step();
        }

        var state = new JournalState(_find.Number(0), agencyId, journal) { HighWater = _find.Number(1), HighWaterHash = Digest.FromBytes(_find.Bytes(2)) };
        _find.Reset();

        _gaps.Bind(1, state.RowId);
        while (_gaps.Step()) state.Gaps.Add(new Gap(_gaps.Number(0), _gaps.Number(1), _gaps.Number(2), _gaps.NumberOrNull(3)));
        var stored = reader.LastSequence(state.RowId);
        state.Last = Math.Max(stored, state.Gaps.Count == 0 ? 0 : state.Gaps[^1].Last);
        state.LastHash = reader.Hash(state.RowId, state.Last) ?? default;
        if (reader.Read(state.RowId, reader.LastWhole(state.RowId)) is { } last)
        {
            state.LastStamp = last.Stamp;
            state.LastEstimate = reader.EstimateBefore(state.RowId, stored + 1, state.LastBoot);
        }

        _awaited.Bind(1, state.KioskId).Bind(2, epoch);
        while (_awaited.Step()) state.Erased.Add((_awaited.Number(0), Digest.FromBytes(_awaited.Bytes(1))));

        _pendingBoots.Bind(1, agencyId).Bind(2, state.RowId);
        while (_pendingBoots.Step())
        {
            Bytes128.TryRead(_pendingBoots.Bytes(0), out var boot);
            state.PendingBoots.Add(boot);
        }

        return state;
    }

    /// <summary>Taps of one boot that wait for an estimate, in order, beginning after a sequence.</summary>
    public List<long> PendingTaps(JournalState journal, UInt128 boot, long after, int most)
    {
        var taps = new List<long>();
        _pending.Bind(1, journal.AgencyId).Bind(2, journal.RowId).Bind(3, Bytes128.ToArray(boot)).Bind(4, after).Bind(5, most);
        while (_pending.Step()) taps.Add(_pending.Number(0));
        return taps;
    }

    /// <summary>All boots of which taps wait for an estimate.</summary>
    public List<(JournalId Journal, UInt128 Boot)> PendingBoots()
    {
        var boots = new List<(JournalId, UInt128)>();
        while (_allPending.Step())
        {
            Bytes128.TryRead(_allPending.Bytes(1), out var epoch);
            Bytes128.TryRead(_allPending.Bytes(2), out var boot);
            boots.Add((new JournalId((ulong)_allPending.Number(0), epoch), boot));
        }

        return boots;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var part in new IDisposable[] { _tap, _event, _conflict, _hasConflict, _head, _hasHead, _putGap, _dropGap, _gaps, _highWater, _kiosk, _quarantine, _known, _find, _open, _awaited, _takeErased, _pendingBoots, _pending, _allPending })
            part.Dispose();
    }
}
