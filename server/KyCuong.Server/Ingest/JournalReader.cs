using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;

namespace KyCuong.Server.Ingest;

/// <summary>
/// Reads entries back from where they lie: taps in their columns, the others in their encoding. Not thread-safe.
/// </summary>
internal sealed class JournalReader(StoreSession session) : IDisposable
{
    /// <summary>Clocks of entries on one side of a sequence: sequence, boot id, boot time, offset, uncertainty, encoding of an entry that is no tap.</summary>
    private const string ClocksOfTaps = "SELECT sequence, boot_id, boot_time_us, server_minus_boot_us, uncertainty_us, NULL FROM taps WHERE journal_id = ?1 AND sequence ";
    private const string ClocksOfOthers = " UNION ALL SELECT sequence, NULL, NULL, NULL, NULL, encoding FROM kiosk_events WHERE journal_id = ?1 AND sequence ";
    private const string ClocksBefore = ClocksOfTaps + "< ?2" + ClocksOfOthers + "< ?2 ORDER BY 1 DESC LIMIT ?3";
    private const string ClocksAfter = ClocksOfTaps + "> ?2" + ClocksOfOthers + "> ?2 ORDER BY 1 ASC LIMIT ?3";

    /// <summary>Clocks read at first: nearly always the nearest entry tells. Then a page of <see cref="MoreClocks"/> at a time.</summary>
    private const int FirstClocks = 4;

    private const int MoreClocks = 512;

    private readonly StoreStatement _tap = session.Prepare("""
        SELECT wall_clock_us, boot_time_us, boot_id, server_minus_boot_us, uncertainty_us, sample_age_us,
               reader, badge, technology, raw_length, direction, direction_source, staff_code, claim
        FROM taps WHERE journal_id = ?1 AND sequence = ?2
        """);

    private readonly StoreStatement _event = session.Prepare("SELECT encoding FROM kiosk_events WHERE journal_id = ?1 AND sequence = ?2");

    private readonly StoreStatement _hash = session.Prepare("""
        SELECT hash FROM taps WHERE journal_id = ?1 AND sequence = ?2
        UNION ALL SELECT hash FROM kiosk_events WHERE journal_id = ?1 AND sequence = ?2
        UNION ALL SELECT e.hash FROM journals j JOIN erased_entries e ON e.kiosk_id = j.kiosk_id AND e.epoch = j.epoch
                  WHERE j.journal_id = ?1 AND e.sequence = ?2 AND e.received_us IS NOT NULL
        """);

    private readonly StoreStatement _hashes = session.Prepare("""
        SELECT sequence, hash FROM taps WHERE journal_id = ?1 AND sequence BETWEEN ?2 AND ?3
        UNION ALL SELECT sequence, hash FROM kiosk_events WHERE journal_id = ?1 AND sequence BETWEEN ?2 AND ?3
        UNION ALL SELECT e.sequence, e.hash FROM journals j JOIN erased_entries e ON e.kiosk_id = j.kiosk_id AND e.epoch = j.epoch
                  WHERE j.journal_id = ?1 AND e.sequence BETWEEN ?2 AND ?3 AND e.received_us IS NOT NULL
        """);

    private readonly StoreStatement _last = session.Prepare("""
        SELECT max(sequence) FROM (SELECT max(sequence) AS sequence FROM taps WHERE journal_id = ?1
                                   UNION ALL SELECT max(sequence) FROM kiosk_events WHERE journal_id = ?1) AS ends
        """);

    private readonly StoreStatement _lastErased = session.Prepare("""
        SELECT max(e.sequence) FROM journals j JOIN erased_entries e ON e.kiosk_id = j.kiosk_id AND e.epoch = j.epoch
        WHERE j.journal_id = ?1 AND e.received_us IS NOT NULL
        """);

    private readonly StoreStatement _before = session.Prepare(ClocksBefore);
    private readonly StoreStatement _after = session.Prepare(ClocksAfter);

    /// <summary>Highest sequence whose content is stored; 0 for none.</summary>
    public long LastWhole(long journalId) => Highest(_last, journalId);

    /// <summary>Highest sequence stored, be it that it was here and is erased; 0 for none.</summary>
    public long LastSequence(long journalId) => Math.Max(LastWhole(journalId), Highest(_lastErased, journalId));

    /// <summary>Hash of a stored entry; null when it is not stored.</summary>
    public Digest? Hash(long journalId, long sequence)
    {
        if (!_hash.Bind(1, journalId).Bind(2, sequence).Step()) return null;
        var hash = Digest.FromBytes(_hash.Bytes(0));
        _hash.Reset();
        return hash;
    }

    /// <summary>Hashes of the entries stored from one sequence to another, both included.</summary>
    public Dictionary<long, Digest> Hashes(long journalId, long first, long last)
    {
        var hashes = new Dictionary<long, Digest>();
        _hashes.Bind(1, journalId).Bind(2, first).Bind(3, last);
        while (_hashes.Step()) hashes.Add(_hashes.Number(0), Digest.FromBytes(_hashes.Bytes(1)));
        return hashes;
    }

    /// <summary>A stored entry; null when it is not stored.</summary>
    public Entry? Read(long journalId, long sequence)
    {
        if (ReadTap(journalId, sequence) is { } tap) return tap;
        if (!_event.Bind(1, journalId).Bind(2, sequence).Step()) return null;
        if (!CanonicalEntry.TryRead(_event.Bytes(0), out _, out _, out var entry))
            throw new InvalidDataException($"Entry {sequence} of journal {journalId} is damaged in the store.");
        _event.Reset();
        return entry;
    }

    /// <summary>
    /// The canonical encoding of a stored entry as its kiosk wrote it; null when it is not stored, when its bytes have not the hash it came with any
    /// more, and of a tap behind a hole, whose chaining nobody here knows.
    /// </summary>
    public byte[]? Encoding(long journalId, JournalId journal, long sequence)
    {
        if (Hash(journalId, sequence) is not { } hash) return null;
        byte[]? encoding = null;
        if (ReadTap(journalId, sequence) is { } tap)
        {
            if ((sequence == 1 ? default(Digest) : Hash(journalId, sequence - 1)) is not { } previous) return null;
            Span<byte> buffer = stackalloc byte[CanonicalEntry.MaxSize];
            encoding = buffer[..CanonicalEntry.Write(buffer, journal, previous, tap)].ToArray();
        }
        else if (_event.Bind(1, journalId).Bind(2, sequence).Step())
        {
            encoding = _event.Bytes(0).ToArray();
            _event.Reset();
        }

        return encoding is not null && CanonicalEntry.HashBytes(encoding) == hash ? encoding : null;
    }

    /// <summary>A stored tap; null when there is no tap with this sequence.</summary>
    public Entry? ReadTap(long journalId, long sequence)
    {
        if (!_tap.Bind(1, journalId).Bind(2, sequence).Step()) return null;
        Bytes128.TryRead(_tap.Bytes(2), out var boot);
        ClockReading? estimate = _tap.IsNull(3) ? null : new ClockReading(_tap.Number(3), _tap.Number(4), _tap.Number(5));
        var tap = new Entry((ulong)sequence, new Stamp(_tap.Number(0), _tap.Number(1), boot, estimate), TapBody(_tap, 6));
        _tap.Reset();
        return tap;
    }

    /// <summary>
    /// The estimate that gives an entry without one its instant: the last of its boot before it, else the first after it.
    /// Null when the boot has none. The same whatever the order in which entries came.
    /// </summary>
    public BootEstimate? Estimate(long journalId, long sequence, UInt128 boot) =>
        First(_before, journalId, sequence, boot) ?? First(_after, journalId, sequence, boot);

    /// <summary>
    /// As <see cref="Estimate"/>, and up to which sequence, itself not included, it serves entries without one of their own.
    /// </summary>
    public (long Until, BootEstimate Value)? EstimateUntil(long journalId, long sequence, UInt128 boot)
    {
        if (First(_before, journalId, sequence, boot) is { } before) return (sequence + 1, before);
        foreach (var row in Walk(_after, journalId, sequence))
        {
            if (row.Boot != boot) break;
            if (row.Estimate is { } after) return (row.Sequence, after);
        }

        return null;
    }

    /// <summary>The last estimate of this boot before a sequence.</summary>
    public BootEstimate? EstimateBefore(long journalId, long sequence, UInt128 boot) => First(_before, journalId, sequence, boot);

    /// <summary>
    /// Taps without an estimate of their own that take theirs from the entry at this sequence: those after it up to the
    /// next estimate of its boot, and those before it down to the one before.
    /// </summary>
    public List<long> TapsTimedBy(long journalId, long sequence, UInt128 boot)
    {
        var taps = new List<long>();
        Gather(_before, journalId, sequence, boot, taps);
        Gather(_after, journalId, sequence, boot, taps);
        return taps;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _tap.Dispose();
        _event.Dispose();
        _hash.Dispose();
        _hashes.Dispose();
        _last.Dispose();
        _lastErased.Dispose();
        _before.Dispose();
        _after.Dispose();
    }

    /// <summary>True for what stands in table taps: by badge or by staff code.</summary>
    public static bool IsTap(EntryBody body) => body is TapEntry or ClaimedTapEntry;

    /// <summary>The way a tap says it went, and who said so.</summary>
    /// <exception cref="ArgumentException">It is no tap.</exception>
    public static (Direction Direction, DirectionSource Source) DirectionOf(EntryBody body) => body switch
    {
        TapEntry tap => (tap.Direction, tap.DirectionSource),
        ClaimedTapEntry claim => (claim.Direction, claim.DirectionSource),
        _ => throw new ArgumentException($"{body.Kind} is no tap.", nameof(body)),
    };

    /// <summary>A tap's body from the columns reader, badge, technology, raw_length, direction, direction_source, staff_code, claim.</summary>
    public static EntryBody TapBody(StoreStatement row, int first)
    {
        var (direction, source) = ((Direction)row.Number(first + 4), (DirectionSource)row.Number(first + 5));
        return row.IsNull(first + 6)
            ? new TapEntry(row.Text(first), new EquatableList<BadgeKey>(ReadBadge(row.Bytes(first + 1))), (Technology)row.Number(first + 2), (int)row.Number(first + 3), direction, source)
            : new ClaimedTapEntry(row.Text(first + 6), (ClaimCheck)row.Number(first + 7), direction, source);
    }

    /// <summary>What an entry says of its clock: a sample says it better than the stamp. Null when it says nothing.</summary>
    public static BootEstimate? EstimateOf(Entry entry)
    {
        if (entry.Body is ClockSampleEntry sample) return new BootEstimate(entry.Stamp.BootTimeUs, sample.ServerMinusBootUs, sample.UncertaintyUs);
        return entry.Stamp.Estimate is { } estimate ? new BootEstimate(entry.Stamp.BootTimeUs, estimate.ServerMinusBootUs, estimate.UncertaintyUs) : null;
    }

    /// <summary>The hashes of a stored badge list.</summary>
    public static BadgeKey[] ReadBadge(ReadOnlySpan<byte> value)
    {
        var badge = new BadgeKey[BadgeList.Count(value)];
        for (var i = 0; i < badge.Length; i++) badge[i] = BadgeList.Read(value, i);
        return badge;
    }

    private static long Highest(StoreStatement highest, long journalId)
    {
        highest.Bind(1, journalId).Step();
        var last = highest.IsNull(0) ? 0 : highest.Number(0);
        highest.Reset();
        return last;
    }

    private static BootEstimate? First(StoreStatement side, long journalId, long sequence, UInt128 boot)
    {
        foreach (var row in Walk(side, journalId, sequence))
        {
            if (row.Boot != boot) return null;
            if (row.Estimate is not null) return row.Estimate;
        }

        return null;
    }

    private static void Gather(StoreStatement side, long journalId, long sequence, UInt128 boot, List<long> taps)
    {
        foreach (var row in Walk(side, journalId, sequence))
        {
            if (row.Estimate is not null || row.Boot != boot) return;
            if (row.IsTap) taps.Add(row.Sequence);
        }
    }

    /// <summary>Entries on one side of a sequence, the nearest first; a page is read whole before it is looked at.</summary>
    private static IEnumerable<ClockRow> Walk(StoreStatement side, long journalId, long sequence)
    {
        var page = new List<ClockRow>();
        for (var size = FirstClocks; ; size = MoreClocks)
        {
            page.Clear();
            side.Bind(1, journalId).Bind(2, sequence).Bind(3, size);
            while (side.Step()) page.Add(Clock(side));
            foreach (var row in page) yield return row;
            if (page.Count < size) yield break;
            sequence = page[^1].Sequence;
        }
    }

    private static ClockRow Clock(StoreStatement row)
    {
        var sequence = row.Number(0);
        if (row.IsNull(5))
        {
            Bytes128.TryRead(row.Bytes(1), out var boot);
            return new ClockRow(sequence, boot, row.IsNull(3) ? null : new BootEstimate(row.Number(2), row.Number(3), row.Number(4)), true);
        }

        if (!CanonicalEntry.TryRead(row.Bytes(5), out _, out _, out var entry)) throw new InvalidDataException($"Entry {sequence} is damaged in the store.");
        return new ClockRow(sequence, entry.Stamp.BootId, EstimateOf(entry), false);
    }

    /// <summary>What a stored entry says of its clock.</summary>
    private readonly record struct ClockRow(long Sequence, UInt128 Boot, BootEstimate? Estimate, bool IsTap);
}
