namespace KyCuong.Verify;

/// <summary>
/// Works out anew whose each tap is and when it was made, from taps, badges, loans, rulings and clocks as they stand in the store, and
/// holds resolved_taps, unresolved_taps and badgeless_taps against it: a row changed, put in, taken away or doubled is found. Taps are
/// given in the order of journal and sequence, imported ones first.
/// </summary>
internal sealed class DerivedCheck : IDisposable
{
    private const string Pending = "timePending";
    private const string Quarantined = "quarantined";
    private const long VerifiedClaim = 1;
    private const long SourceReader = 1;
    private const long SlotUs = 900_000_000;
    private const long LastUs = 253_402_300_799_999_999;
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    private readonly List<Finding> _findings;
    private readonly BadgeBook _badges;
    private readonly Dictionary<long, TimeZoneInfo?> _zones = [];
    private readonly Dictionary<(long Agency, string Code), long> _people = [];
    private readonly Dictionary<(long Journal, long Sequence), string> _rulings = [];
    private readonly SettledTimes _settled;
    private readonly Dictionary<long, long> _quarantinedSince = [];
    private readonly Dictionary<(long Agency, long Slot), long> _offsets = [];
    private readonly DerivedStream _resolved;
    private readonly DerivedStream _unresolved;
    private readonly DerivedStream _badgeless;
    private BootClock _clock = new();

    public DerivedCheck(Store store, Log log, List<Finding> findings)
    {
        _findings = findings;
        _badges = new BadgeBook(store);
        foreach (var row in store.Rows("agencies")) _zones[(long)row["agency_id"]!] = Zone((string)row["time_zone"]!);
        foreach (var row in store.Rows("staff").Where(row => (string)row["full_name"]! != "")) _people[((long)row["agency_id"]!, (string)row["code"]!)] = (long)row["staff_id"]!;
        // The last that stands.
        foreach (var row in store.Rows("claim_decisions", "decision_id"))
            if (row["withdrawn_us"] is null) _rulings[((long)row["journal_id"]!, (long)row["sequence"]!)] = (string)row["ruling"]!;
        _settled = new SettledTimes(store);
        var kiosks = store.Rows("journals").ToDictionary(row => (long)row["journal_id"]!, row => (long)row["kiosk_id"]!);
        // What had contradicted a kiosk when people released it weighs no more; what came since does, and
        // what stands in one write with it: a log that began later than its store.
        var released = (store.Tables().Contains("kiosk_releases") ? store.Rows("kiosk_releases") : []).GroupBy(row => (long)row["kiosk_id"]!)
            .ToDictionary(rows => rows.Key, rows => rows.Max(row => log.Released.GetValueOrDefault((long)row["release_id"]!)));
        foreach (var (journal, write) in log.Contradicted)
            if (kiosks.TryGetValue(journal, out var kiosk) && write >= released.GetValueOrDefault(kiosk) && (!_quarantinedSince.TryGetValue(kiosk, out var since) || write < since)) _quarantinedSince[kiosk] = write;

        _resolved = new DerivedStream(store, "resolved_taps", "agency_id", "bucket", "staff_id", "at_us", "direction", "direction_source", "uncertainty_us", "kiosk_id", "reader");
        _unresolved = new DerivedStream(store, "unresolved_taps", "agency_id", "reason", "boot_id", "at_us", "badge_id");
        _badgeless = new DerivedStream(store, "badgeless_taps", "agency_id", "bucket", "staff_id");
    }

    /// <summary>Taps looked at.</summary>
    public long Checked { get; private set; }

    /// <summary>An imported tap.</summary>
    public void Imported(IReadOnlyDictionary<string, object?> row)
    {
        var (agency, staff, at, direction) = ((long)row["agency_id"]!, (long)row["staff_id"]!, (long)row["at_us"]!, (long)row["direction"]!);
        var tap = new Tap(agency, 0, (long)row["imported_tap_id"]!, 0, [], (string)row["reader"]!, direction, direction == 0 ? 0 : SourceReader);
        if (Day(agency, at) is not { } day) return;
        Hold(tap, (at, 0), day, staff != 0 ? new BadgeHolder(null, staff, [], false) : _badges.Find(agency, (byte[])row["badge"]!, day, at), QuarantineRule.Never);
    }

    /// <summary>The next entry of a journal.</summary>
    /// <param name="journal">Its row.</param>
    /// <param name="kiosk">Its kiosk.</param>
    /// <param name="entry">In order of sequence.</param>
    /// <param name="write">In which write of the log it came; null: the log does not know it.</param>
    public void Take(long journal, long kiosk, JournalEntry entry, long? write)
    {
        foreach (var (tap, time) in _clock.Take(entry with { Write = write })) Judge(journal, kiosk, tap, time);
    }

    /// <summary>A journal is over.</summary>
    public void EndJournal(long journal, long kiosk)
    {
        foreach (var (tap, time) in _clock.End()) Judge(journal, kiosk, tap, time);
        _clock = new BootClock();
    }

    /// <summary>All taps were given.</summary>
    public void End()
    {
        foreach (var stream in new[] { _resolved, _unresolved, _badgeless }) stream.End(_findings);
    }

    public void Dispose()
    {
        foreach (var stream in new[] { _resolved, _unresolved, _badgeless }) stream.Dispose();
    }

    private void Judge(long journal, long kiosk, JournalEntry entry, (long AtUs, long UncertaintyUs)? time)
    {
        var columns = entry.Tap!;
        var tap = new Tap(entry.Agency, journal, entry.Sequence, kiosk, columns.BootId, columns.Reader, columns.Direction, columns.DirectionSource);
        // What came before a kiosk contradicted itself stays judged, what came after waits for people; one transaction may hold both.
        var rule = !_quarantinedSince.TryGetValue(kiosk, out var since) || entry.Write is not { } entered || entered < since ? QuarantineRule.Never
            : entered > since ? QuarantineRule.Always : QuarantineRule.Perhaps;
        if ((time ?? _settled.Of(journal, entry)) is not { } known)
        {
            Hold(tap, null, 0, new BadgeHolder(Pending, 0, [], false), rule);
            return;
        }

        if (Day(entry.Agency, known.AtUs) is { } day)
            Hold(tap, known, day, columns.StaffCode is null ? _badges.Find(entry.Agency, columns.Badge, day, known.AtUs) : Claimant(tap, columns), rule);
    }

    private BadgeHolder Claimant(Tap tap, TapColumns columns)
    {
        var ruling = _rulings.GetValueOrDefault((tap.Journal, tap.Sequence));
        if (columns.Claim != VerifiedClaim && ruling != "confirmed") return new BadgeHolder(ruling is null ? "unverified" : "rejected", 0, [], false);
        return _people.TryGetValue((tap.Agency, columns.StaffCode!), out var person) ? new BadgeHolder(null, person, [], true) : BadgeHolder.Unknown;
    }

    private void Hold(Tap tap, (long AtUs, long UncertaintyUs)? time, long day, BadgeHolder holder, QuarantineRule rule)
    {
        Checked++;
        var resolved = _resolved.Of(tap.Journal, tap.Sequence, _findings);
        var unresolved = _unresolved.Of(tap.Journal, tap.Sequence, _findings);
        var badgeless = _badgeless.Of(tap.Journal, tap.Sequence, _findings);
        var waits = rule == QuarantineRule.Always || (rule == QuarantineRule.Perhaps && unresolved is [var row] && Equals(row[1], Quarantined));
        var reason = waits ? Quarantined : holder.Reason;
        var right = reason is null
            ? resolved is [var one] && unresolved.Count == 0 && _resolved.Is(one, tap.Agency, day, holder.Staff, time!.Value.AtUs, tap.Direction, tap.Source, time.Value.UncertaintyUs, tap.Kiosk, tap.Reader)
                && (holder.Lent ? badgeless is [var lent] && _badgeless.Is(lent, tap.Agency, day, holder.Staff) : badgeless.Count == 0)
            : resolved.Count == 0 && badgeless.Count == 0 && unresolved is [var why]
                && _unresolved.Is(why, tap.Agency, reason, tap.Boot, time?.AtUs, reason == "blocked" && holder.Blocked.Contains((long?)why[4] ?? 0) ? why[4] : null);
        if (right) return;
        var missing = resolved.Count + unresolved.Count == 0;
        _findings.Add(new Finding(missing ? FindingKind.DerivedGone : FindingKind.DerivedAltered, FormattableString.Invariant($"{tap.Journal}|{tap.Sequence}"), 0));
    }

    /// <summary>The local date of an instant as a day number; null: the zone is not known here, or the instant has no date.</summary>
    private long? Day(long agency, long atUs)
    {
        if (atUs is < 0 or > LastUs || _zones.GetValueOrDefault(agency) is not { } zone) return null;
        var slot = atUs / SlotUs;
        if (!_offsets.TryGetValue((agency, slot), out var offset))
            _offsets[(agency, slot)] = offset = zone.GetUtcOffset(DateTimeOffset.UnixEpoch.AddTicks(slot * SlotUs * 10)).Ticks / 10;
        return Epoch + (long)Math.Floor((atUs + offset) / 86_400_000_000m);
    }

    private static TimeZoneInfo? Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    private enum QuarantineRule
    {
        Never,
        Perhaps,
        Always,
    }

    private readonly record struct Tap(long Agency, long Journal, long Sequence, long Kiosk, byte[] Boot, string Reader, long Direction, long Source);
}
