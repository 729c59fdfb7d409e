using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Ingest;

/// <summary>
/// Applies verified batches to journals inside the transaction of the lease: new entries, entries that came before, forks,
/// holes and their filling (design section 4). Not thread-safe: the one ingest loop owns it.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly JournalStore _store;
    private readonly JournalReader _reader;
    private readonly TapResolver _resolver;
    private readonly SettledTimes _settled;

    /// <summary>A kiosk is known no further beyond its newest entry than this, µs.</summary>
    public const long MostBeyondNewestUs = 15 * 60 * 1_000_000L;

    /// <summary>Waiting taps that one transaction gives their instants.</summary>
    public const int RetimedAtOnce = 1_024;

    private readonly StoreSession _session;
    private readonly Dictionary<JournalId, JournalState> _journals = [];
    private readonly Dictionary<long, (long AgencyId, bool Quarantined)> _kiosks = [];
    private readonly HashSet<JournalState> _advanced = [];
    private readonly JournalRuns _runs = new();

    /// <summary>Prepares the statements on the lease's session; they outlive the lease, not the session.</summary>
    public JournalWriter(WriteLease lease)
    {
        _session = lease.Session;
        _store = new JournalStore(lease.Session);
        _reader = new JournalReader(lease.Session);
        _resolver = new TapResolver(lease.Session, lease.Writer);
        _settled = new SettledTimes(lease.Session);
    }

    /// <summary>What happened since it was emptied.</summary>
    public List<IngestNotice> Notices { get; } = [];

    /// <summary>Retiming that is left for the next transactions; emptied by whoever commits.</summary>
    public List<RetimeWork> Later { get; } = [];

    /// <summary>False when the session that its statements were prepared on is not the lease's any more.</summary>
    public bool Fits(WriteLease lease) => ReferenceEquals(_session, lease.Session);

    /// <summary>Forgets what it knows of journals and kiosks: the store is to be read again.</summary>
    public void Forget()
    {
        _journals.Clear();
        _kiosks.Clear();
        _advanced.Clear();
        _runs.Clear();
        Notices.Clear();
        Later.Clear();
    }

    /// <summary>The journal as it stands; its row is made when it is new.</summary>
    /// <exception cref="InvalidOperationException">There is no such kiosk.</exception>
    public JournalState Journal(JournalId journal, long nowUs)
    {
        if (_journals.TryGetValue(journal, out var state)) return state;
        state = _store.Load(_reader, Kiosk(journal).AgencyId, journal, nowUs);
        state.SettledBoots.UnionWith(_settled.Boots(state.RowId));
        _journals.Add(journal, state);
        return state;
    }

    /// <summary>True while an operator must look at this kiosk.</summary>
    public bool IsQuarantined(JournalId journal) => Kiosk(journal).Quarantined;

    /// <summary>Saves what concerns whole journals, and enters in the log what was taken in; called once before the commit.</summary>
    public void Finish(WriteLease lease)
    {
        lease.Log.AddRange(_runs.Take());
        foreach (var journal in _advanced) _store.SaveHighWater(journal);
        _advanced.Clear();
    }

    /// <summary>
    /// How far a kiosk is known, and when it was heard of. Never much further than its newest entry says: a connected kiosk writes one at least every ten
    /// minutes, and by these, which nobody can alter unseen, the verifier holds what decides whether an absence is final.
    /// </summary>
    public void SaveKnown(JournalId id, long? knownUntilUs, long seenUs)
    {
        var journal = Journal(id, seenUs);
        var newest = journal.LastEstimate is { } estimate ? CorrectedTime.Of(journal.LastStamp.BootTimeUs, estimate) : null;
        var until = knownUntilUs is { } known && newest is { } at ? Math.Min(known, at.AtUs + at.UncertaintyUs + MostBeyondNewestUs) : (long?)null;
        _store.SaveKnown(journal.KioskId, until, seenUs);
    }

    /// <summary>Takes a batch; false when the journal would get too many holes, then nothing of it is taken.</summary>
    public bool Append(VerifiedBatch batch, long receivedUs)
    {
        var journal = Journal(batch.Journal, receivedUs);
        if (journal.Gaps.Count >= JournalState.MostGaps && (long)batch[0].Entry.Sequence > journal.Last + 1) return false;
        var quarantined = IsQuarantined(batch.Journal);
        var (first, end) = ((long)batch[0].Entry.Sequence, Math.Min(journal.Last, (long)batch[batch.Count - 1].Entry.Sequence));
        var stored = first <= end ? _reader.Hashes(journal.RowId, first, end) : [];
        Span<byte> buffer = stackalloc byte[CanonicalEntry.MaxSize];
        for (var i = 0; i < batch.Count; i++)
        {
            var (entry, hash) = batch[i];
            var sequence = (long)entry.Sequence;
            var atEnd = sequence > journal.Last;
            if (sequence > journal.Last + 1) Notice(journal, journal.Last + 1, sequence - 1, receivedUs);
            var gap = atEnd ? -1 : journal.GapAt(sequence);
            if (!atEnd && gap < 0
#if PLANTED_BUGS
                && !PlantedBugs.Is(PlantedBugs.NoDedup)
#endif
                )
            {
                if (stored.TryGetValue(sequence, out var known) && known == hash) continue;
#if PLANTED_BUGS
                if (PlantedBugs.Is(PlantedBugs.IgnoreConflict)) continue;
#endif
                Contradicted(journal, sequence, hash, buffer[..batch.Encode(i, buffer)], receivedUs, ref quarantined);
                continue;
            }

            if (!FollowsStored(journal, sequence, batch.Previous(i)))
            {
                // Another history led here: of the entry before it only the hash is known.
                Contradicted(journal, sequence - 1, batch.Previous(i), [], receivedUs, ref quarantined);
            }

            if (gap >= 0) Shrink(journal, gap, sequence);
            var erased = journal.Erased.Remove((sequence, hash));
            if (erased) _store.TakeErased(journal, sequence, hash, receivedUs, batch.Backlog);
            else if (JournalReader.IsTap(entry.Body)) _store.InsertTap(journal, entry, hash, receivedUs, batch.Backlog);
            else _store.InsertEvent(journal, entry, buffer[..batch.Encode(i, buffer)], hash, receivedUs);
            _runs.Add(journal.Journal, journal.AgencyId, sequence, hash, batch.Previous(i), receivedUs, JournalReader.IsTap(entry.Body) ? batch.Backlog : null);
            if (atEnd)
            {
                journal.Last = sequence;
                journal.LastHash = hash;
            }
            else if (!StoredFollows(journal, sequence, hash))
            {
                Contradicted(journal, sequence, hash, buffer[..batch.Encode(i, buffer)], receivedUs, ref quarantined);
            }

            if (!erased) Derive(journal, entry, atEnd, quarantined);
        }

        Advance(journal);
        return true;
    }

    /// <summary>
    /// Keeps a head that the kiosk signed. One of an entry that is stored otherwise is kept all the same, as evidence, and is a fork: the signed
    /// hash stands among the conflicts and the kiosk is quarantined.
    /// </summary>
    public void KeepHead(JournalId id, KioskHead head)
    {
        var journal = Journal(id, head.ReceivedUs);
        var stored = head.Sequence == journal.Last ? journal.LastHash : _reader.Hash(journal.RowId, head.Sequence) ?? default;
        if (stored.IsZero)
        {
            Notices.Add(new IngestNotice(IngestNoticeKind.HeadOfNothing, journal.KioskId, id.Epoch, head.Sequence, head.Sequence));
            return;
        }

        if (_store.HasHead(journal, head)) return;
        _store.InsertHead(journal, head);
        _runs.Add(RowImage.Written(
            journal.AgencyId, "journal_heads", [journal.RowId, head.Sequence, head.Hash.ToArray()],
            ("journal_id", journal.RowId), ("sequence", head.Sequence), ("hash", head.Hash.ToArray()), ("agency_id", journal.AgencyId),
            ("signed_us", head.SignedUs), ("thumbprint", head.Thumbprint), ("signature", head.Signature), ("received_us", head.ReceivedUs)));
        if (stored == head.Hash) return;
        var quarantined = IsQuarantined(id);
        Contradicted(journal, head.Sequence, head.Hash, [], head.ReceivedUs, ref quarantined, IngestNoticeKind.HeadFork);
    }

    /// <summary>Goes on with the waiting taps of a boot after a sequence.</summary>
    public void RetimeWaiting(JournalId journal, UInt128 boot, long after, long nowUs) => RetimeWaiting(Journal(journal, nowUs), boot, after);

    /// <summary>Finds what a run before this one left: <see cref="Later"/> holds a work for each boot of which taps wait.</summary>
    public void ResumeRetiming() => Later.AddRange(_store.PendingBoots().Select(pending => new RetimeWork(pending.Journal, pending.Boot, 0)));

    /// <summary>Stops waiting for entries that the kiosk's disk lost; what is stored of them stays.</summary>
    public void DeclareLost(JournalId id, long first, long last, long nowUs)
    {
        var journal = Journal(id, nowUs);
        if (last > journal.Last) Notice(journal, journal.Last + 1, last, nowUs);
        for (var i = 0; i < journal.Gaps.Count; i++)
        {
            var gap = journal.Gaps[i];
            if (gap.DeclaredUs is not null || gap.Last < first || gap.First > last) continue;
            _store.DropGap(journal, gap);
            journal.Gaps.RemoveAt(i);
            var parts = new[]
            {
                gap with { Last = Math.Min(gap.Last, first - 1) },
                gap with { First = Math.Max(gap.First, first), Last = Math.Min(gap.Last, last), DeclaredUs = nowUs },
                gap with { First = Math.Max(gap.First, last + 1) },
            };
            foreach (var part in parts.Where(p => p.First <= p.Last).Reverse())
            {
                if (part.DeclaredUs is not null) _runs.AddLost(id, journal.AgencyId, part.First, part.Last);
                _store.PutGap(journal, part);
                journal.Gaps.Insert(i, part);
            }

            Notices.Add(new IngestNotice(IngestNoticeKind.EntriesLost, journal.KioskId, id.Epoch, Math.Max(gap.First, first), Math.Min(gap.Last, last)));
        }

        Advance(journal);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _runs.Clear();
        _store.Dispose();
        _reader.Dispose();
        _resolver.Dispose();
        _settled.Dispose();
    }

    private (long AgencyId, bool Quarantined) Kiosk(JournalId journal)
    {
        var kioskId = (long)journal.KioskId;
        if (_kiosks.TryGetValue(kioskId, out var kiosk)) return kiosk;
        kiosk = _store.Kiosk(kioskId) ?? throw new InvalidOperationException($"The store has no kiosk {journal.KioskId}.");
        _kiosks.Add(kioskId, kiosk);
        return kiosk;
    }

    /// <summary>True when the stored entry before this sequence has this hash, or is not there to compare.</summary>
    private bool FollowsStored(JournalState journal, long sequence, Digest previous)
    {
        if (sequence == 1) return previous.IsZero;
        var stored = sequence == journal.Last + 1 ? journal.LastHash : _reader.Hash(journal.RowId, sequence - 1) ?? default;
        return stored.IsZero || stored == previous;
    }

    /// <summary>True when the stored entry after this sequence was chained to this hash, or is not there to compare.</summary>
    private bool StoredFollows(JournalState journal, long sequence, Digest hash) =>
        journal.GapAt(sequence + 1) >= 0
        || _reader.Read(journal.RowId, sequence + 1) is not { } next
        || CanonicalEntry.Hash(journal.Journal, hash, next) == _reader.Hash(journal.RowId, sequence + 1);

    /// <summary>
    /// Keeps an entry that contradicts the one stored, once, and quarantines the kiosk by it. One that is known says nothing new: should people have
    /// released the kiosk since, they did so knowing it.
    /// </summary>
    private void Contradicted(
        JournalState journal, long sequence, Digest hash, ReadOnlySpan<byte> encoding, long receivedUs, ref bool quarantined, IngestNoticeKind how = IngestNoticeKind.Fork)
    {
        if (_store.HasConflict(journal, sequence, hash)) return;
        // A contradiction is one though its content was erased.
        if (!journal.Erased.Contains((sequence, hash))) Keep(journal, sequence, hash, encoding, receivedUs);
        Notices.Add(new IngestNotice(how, journal.KioskId, journal.Journal.Epoch, sequence, sequence));
        if (quarantined) return;
        quarantined = true;
        _store.Quarantine(journal.KioskId);
        _kiosks[journal.KioskId] = (journal.AgencyId, true);
    }

    private void Keep(JournalState journal, long sequence, Digest hash, ReadOnlySpan<byte> encoding, long receivedUs)
    {
        _store.KeepConflict(journal, sequence, hash, encoding, receivedUs);
        _runs.Add(RowImage.Written(
            journal.AgencyId, "journal_conflicts", [journal.RowId, sequence, hash.ToArray()],
            ("journal_id", journal.RowId), ("sequence", sequence), ("hash", hash.ToArray()), ("agency_id", journal.AgencyId), ("encoding", encoding.ToArray())));
    }

    private void Notice(JournalState journal, long first, long last, long nowUs)
    {
        var gap = new Gap(first, last, nowUs, null);
        _store.PutGap(journal, gap);
        journal.Gaps.Add(gap);
        journal.Last = last;
        journal.LastHash = default;
        Notices.Add(new IngestNotice(IngestNoticeKind.GapNoticed, journal.KioskId, journal.Journal.Epoch, first, last));
    }

    private void Shrink(JournalState journal, int place, long sequence)
    {
        var gap = journal.Gaps[place];
        _store.DropGap(journal, gap);
        journal.Gaps.RemoveAt(place);
        if (sequence < gap.Last) Put(gap with { First = sequence + 1 });
        if (sequence > gap.First) Put(gap with { Last = sequence - 1 });

        void Put(Gap part)
        {
            _store.PutGap(journal, part);
            journal.Gaps.Insert(place, part);
        }
    }

    private void Advance(JournalState journal)
    {
        var end = journal.ContiguousEnd();
        var hash = end == journal.Last ? journal.LastHash : _reader.Hash(journal.RowId, end) ?? default;
        if (end == journal.HighWater && hash == journal.HighWaterHash) return;
        journal.HighWater = end;
        journal.HighWaterHash = hash;
        _advanced.Add(journal);
    }

    private void Derive(JournalState journal, Entry entry, bool atEnd, bool quarantined)
    {
        var boot = entry.Stamp.BootId;
        var own = JournalReader.EstimateOf(entry);
        if (JournalReader.IsTap(entry.Body))
        {
            // A tap stamped with an estimate takes that; else its boot's last one before it, else the first after.
            var estimate = own ?? (atEnd ? (boot == journal.LastBoot ? journal.LastEstimate : null) : _reader.Estimate(journal.RowId, (long)entry.Sequence, boot));
            var time = Time(journal, entry, estimate);
            var fact = Fact(journal, entry);
            var resolution = _resolver.Decide(fact, entry.Body, time, quarantined);
            _resolver.Write(fact, resolution);
            // Also of a quarantined one: the operator who looks sees when it was.
            if (time is null) journal.PendingBoots.Add(boot);
        }

        if (atEnd)
        {
            if (WallClockJump.Between(journal.LastStamp, entry.Stamp) is { } jump)
                Notices.Add(new IngestNotice(IngestNoticeKind.WallClockSet, journal.KioskId, journal.Journal.Epoch, (long)entry.Sequence, (long)entry.Sequence, jump));
            if (boot != journal.LastBoot) journal.LastEstimate = null;
            journal.LastStamp = entry.Stamp;
            journal.LastEstimate = own ?? journal.LastEstimate;
        }

        if (own is null) return;
        if (!atEnd) journal.Serving = null;
        if (journal.PendingBoots.Remove(boot)) RetimeWaiting(journal, boot, after: 0);
        // At the end of a journal nothing else takes its instant from it, but where people had decided: what is measured goes before that.
        if (atEnd && !journal.SettledBoots.Contains(boot)) return;
        foreach (var sequence in _reader.TapsTimedBy(journal.RowId, (long)entry.Sequence, boot)) Retime(journal, sequence);
    }

    /// <summary>Gives some of the taps of a boot that wait for an estimate their instants, and leaves the others for <see cref="Later"/>.</summary>
    private void RetimeWaiting(JournalState journal, UInt128 boot, long after)
    {
        var taps = _store.PendingTaps(journal, boot, after, RetimedAtOnce);
        var measured = true;
        foreach (var sequence in taps)
        {
            if (measured && (journal.Serving is not { } serving || serving.Boot != boot || sequence >= serving.Until))
            {
                // Most wait for one and the same: the first after them all. A boot without any has what people decided, or nothing.
                var found = _reader.EstimateUntil(journal.RowId, sequence, boot);
                if (found is null && !journal.SettledBoots.Contains(boot)) return;
                measured = found is not null;
                journal.Serving = found is { } estimate ? (boot, estimate.Until, estimate.Value) : null;
            }

            var entry = _reader.ReadTap(journal.RowId, sequence)!;
            Retime(journal, entry, JournalReader.EstimateOf(entry) ?? journal.Serving?.Value);
        }

        if (taps.Count == RetimedAtOnce) Later.Add(new RetimeWork(journal.Journal, boot, taps[^1]));
    }

    /// <summary>Gives a tap without an estimate of its own the instant it has now.</summary>
    private void Retime(JournalState journal, long sequence)
    {
        var entry = _reader.ReadTap(journal.RowId, sequence)!;
        Retime(journal, entry, JournalReader.EstimateOf(entry) ?? _reader.Estimate(journal.RowId, sequence, entry.Stamp.BootId));
    }

    private void Retime(JournalState journal, Entry entry, BootEstimate? measured)
    {
        var sequence = (long)entry.Sequence;
        var time = Time(journal, entry, measured);
        var bucket = time is { } at ? _resolver.Agency(journal.AgencyId).Zone.DayNumber(at.AtUs) : 0;
        // What came before a fork stays judged, what came after it waits for the operator, whenever its instant is found.
        var quarantined = _resolver.Drop(journal.AgencyId, journal.RowId, sequence, bucket) == UnresolvedReason.Quarantined;
        var fact = Fact(journal, entry);
        _resolver.Write(fact, _resolver.Decide(fact, entry.Body, time, quarantined));
    }

    /// <summary>What was measured; where nothing was, what people decided.</summary>
    private CorrectedTime? Time(JournalState journal, Entry tap, BootEstimate? measured) =>
        (measured is { } known ? CorrectedTime.Of(tap.Stamp.BootTimeUs, known) : null)
        ?? _settled.Of(journal.RowId, (long)tap.Sequence, tap.Stamp.BootId, tap.Stamp.BootTimeUs);

    private static TapFact Fact(JournalState journal, Entry entry) => TapFact.Of(journal.AgencyId, journal.RowId, journal.KioskId, entry);
}
