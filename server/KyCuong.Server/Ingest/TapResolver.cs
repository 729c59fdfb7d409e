using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Ingest;

/// <summary>A tap as the derived tables name it; journal 0 and kiosk 0: imported.</summary>
internal readonly record struct TapFact(
    long AgencyId, long JournalId, long Sequence, long KioskId, UInt128 Boot, string Reader, Direction Direction, DirectionSource DirectionSource)
{
    /// <summary>The tap of a journal's entry; where a staff code was entered there is no reader.</summary>
    public static TapFact Of(long agencyId, long journalId, long kioskId, Entry entry)
    {
        var (direction, source) = JournalReader.DirectionOf(entry.Body);
        return new TapFact(agencyId, journalId, (long)entry.Sequence, kioskId, entry.Stamp.BootId, (entry.Body as TapEntry)?.Reader ?? "", direction, source);
    }
}

/// <summary>What a tap came to: a person and a bucket, or the reason why not.</summary>
/// <param name="Reason">One of <see cref="UnresolvedReason"/>; null when there is a person.</param>
/// <param name="StaffId">The person; 0 when there is none.</param>
/// <param name="Bucket">Day number in the agency's zone; 0 without an instant.</param>
/// <param name="BadgeId">The badge when it is blocked; else 0.</param>
/// <param name="Time">Null while it is pending.</param>
/// <param name="Badgeless">It was made without a badge of one's own.</param>
internal readonly record struct Resolution(string? Reason, long StaffId, int Bucket, long BadgeId, CorrectedTime? Time, bool Badgeless = false);

/// <summary>
/// Decides whose a tap is and writes it among the derived rows, inside the transaction of whoever holds the lease.
/// Not thread-safe.
/// </summary>
internal sealed class TapResolver(StoreSession session, StoreWriter writer) : IDisposable
{
    private readonly StoreInsert _resolved = session.PrepareInsert(
        "resolved_taps", "agency_id, bucket, staff_id, at_us, journal_id, sequence, direction, direction_source, uncertainty_us, kiosk_id, reader");

    private readonly StoreInsert _unresolved = session.PrepareInsert(
        "unresolved_taps", "journal_id, sequence, agency_id, reason, boot_id, at_us, badge_id");

    private readonly StoreInsert _badgeless = session.PrepareInsert("badgeless_taps", "agency_id, bucket, staff_id, journal_id, sequence");

    private readonly StoreStatement _dropBadgeless = session.Prepare("DELETE FROM badgeless_taps WHERE agency_id = ?1 AND bucket BETWEEN ?2 AND ?3 AND journal_id = ?4 AND sequence = ?5");

    // The code of somebody who was erased is nobody's.
    private readonly StoreStatement _person = session.Prepare("SELECT staff_id FROM staff WHERE agency_id = ?1 AND code = ?2 AND full_name <> ''");

    private readonly StoreStatement _ruling = session.Prepare(
        "SELECT ruling FROM claim_decisions WHERE journal_id = ?1 AND sequence = ?2 AND withdrawn_us IS NULL ORDER BY decision_id DESC LIMIT 1");

    private readonly StoreStatement _dropUnresolved = session.Prepare("DELETE FROM unresolved_taps WHERE journal_id = ?1 AND sequence = ?2 RETURNING reason");

    private readonly StoreStatement _dropResolved = session.Prepare(
        "DELETE FROM resolved_taps WHERE agency_id = ?1 AND bucket = ?2 AND staff_id = ?3 AND at_us = ?4 AND journal_id = ?5 AND sequence = ?6");

    private readonly StoreStatement _dropResolvedNear = session.Prepare(
        "DELETE FROM resolved_taps WHERE agency_id = ?1 AND bucket BETWEEN ?2 AND ?3 AND journal_id = ?4 AND sequence = ?5");

    private readonly Dictionary<long, AgencyDirectory> _agencies = [];
    private long _badgesVersion = -1;

    /// <summary>The agency's zone and badges as the open transaction sees them.</summary>
    public AgencyDirectory Agency(long agencyId)
    {
        if (_badgesVersion != writer.BadgesVersion)
        {
            _agencies.Clear();
            _badgesVersion = writer.BadgesVersion;
        }

        if (!_agencies.TryGetValue(agencyId, out var directory)) _agencies.Add(agencyId, directory = AgencyDirectory.Load(session, agencyId));
        return directory;
    }

    /// <summary>Whose a tap of a badge is.</summary>
    public Resolution Decide(long agencyId, ReadOnlySpan<BadgeKey> badge, CorrectedTime? time, bool quarantined)
    {
        if (quarantined) return new Resolution(UnresolvedReason.Quarantined, 0, 0, 0, time);
        if (time is not { } known) return new Resolution(UnresolvedReason.TimePending, 0, 0, 0, null);
        var agency = Agency(agencyId);
        var bucket = agency.Zone.DayNumber(known.AtUs);
        var match = agency.Badges.Match(badge, bucket, known.AtUs);
        return new Resolution(Reason(match.Outcome), match.StaffId, bucket, match.BadgeId, time, match.Lent);
    }

    /// <summary>Whose a tap is, by badge or by staff code.</summary>
    /// <exception cref="ArgumentException">The body is no tap's.</exception>
    public Resolution Decide(in TapFact tap, EntryBody body, CorrectedTime? time, bool quarantined) => body switch
    {
        TapEntry byBadge => Decide(tap.AgencyId, byBadge.Badge.AsSpan(), time, quarantined),
        ClaimedTapEntry claim => Decide(tap, claim, time, quarantined),
        _ => throw new ArgumentException($"{body.Kind} is no tap.", nameof(body)),
    };

    /// <summary>Whose a claim is: the person's when the server took the PIN or somebody has confirmed it; nobody's until then.</summary>
    private Resolution Decide(in TapFact tap, ClaimedTapEntry claim, CorrectedTime? time, bool quarantined)
    {
        if (quarantined) return new Resolution(UnresolvedReason.Quarantined, 0, 0, 0, time);
        if (time is not { } known) return new Resolution(UnresolvedReason.TimePending, 0, 0, 0, null);
        var bucket = Agency(tap.AgencyId).Zone.DayNumber(known.AtUs);
        var reason = claim.Check == ClaimCheck.Verified ? null : First(_ruling.Bind(1, tap.JournalId).Bind(2, tap.Sequence), row => row.Text(0)) switch
        {
            null => UnresolvedReason.Unverified,
            ClaimDecisionRow.Confirmed => null,
            _ => UnresolvedReason.Rejected,
        };
        if (reason is not null) return new Resolution(reason, 0, bucket, 0, time);
        var person = First(_person.Bind(1, tap.AgencyId).Bind(2, claim.StaffCode), row => (long?)row.Number(0));
        return person is { } staff ? new Resolution(null, staff, bucket, 0, time, Badgeless: true) : new Resolution(UnresolvedReason.Unknown, 0, bucket, 0, time);
    }

    private static T? First<T>(StoreStatement rows, Func<StoreStatement, T> read)
    {
        if (!rows.Step()) return default;
        var first = read(rows);
        rows.Reset();
        return first;
    }

    /// <summary>A tap whose person is named.</summary>
    public Resolution OfPerson(long agencyId, long staffId, long atUs) =>
        new(null, staffId, Agency(agencyId).Zone.DayNumber(atUs), 0, new CorrectedTime(atUs, 0));

    /// <summary>Writes the derived row of a tap that has none.</summary>
    public void Write(in TapFact tap, in Resolution resolution)
    {
        if (resolution.Reason is { } reason)
        {
            Span<byte> boot = stackalloc byte[Bytes128.Size];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(boot, tap.Boot);
            _unresolved.Bind(1, tap.JournalId).Bind(2, tap.Sequence).Bind(3, tap.AgencyId).Bind(4, reason)
                .Bind(5, tap.JournalId == 0 ? [] : boot).Bind(6, resolution.Time?.AtUs).Bind(7, resolution.BadgeId == 0 ? null : resolution.BadgeId).Add();
            return;
        }

        var time = resolution.Time!.Value;
        _resolved.Bind(1, tap.AgencyId).Bind(2, (long)resolution.Bucket).Bind(3, resolution.StaffId).Bind(4, time.AtUs).Bind(5, tap.JournalId).Bind(6, tap.Sequence)
            .Bind(7, (long)tap.Direction).Bind(8, (long)tap.DirectionSource).Bind(9, time.UncertaintyUs).Bind(10, tap.KioskId).Bind(11, tap.Reader).Add();
        if (resolution.Badgeless)
            _badgeless.Bind(1, tap.AgencyId).Bind(2, (long)resolution.Bucket).Bind(3, resolution.StaffId).Bind(4, tap.JournalId).Bind(5, tap.Sequence).Add();
    }

    /// <summary>Takes back the row that says why a tap has no person, and returns the reason; null when there was none.</summary>
    private string? DropUnresolved(long journalId, long sequence)
    {
        if (!_dropUnresolved.Bind(1, journalId).Bind(2, sequence).Step()) return null;
        var reason = _dropUnresolved.Text(0);
        _dropUnresolved.Step();
        return reason;
    }

    /// <summary>Takes back the derived row of a tap whichever it is; <paramref name="bucket"/> is where it is likely to be.</summary>
    /// <returns>The reason when it had no person.</returns>
    public string? Drop(long agencyId, long journalId, long sequence, int bucket)
    {
        if (DropUnresolved(journalId, sequence) is { } reason) return reason;
        _dropResolvedNear.Bind(1, agencyId).Bind(4, journalId).Bind(5, sequence);
        _dropBadgeless.Bind(1, agencyId).Bind(4, journalId).Bind(5, sequence);
        var (from, to) = (bucket - 1L, bucket + 1L);
        if (_dropResolvedNear.Bind(2, from).Bind(3, to).Run() == 0) _dropResolvedNear.Bind(2, from = 0L).Bind(3, to = long.MaxValue).Run();
        _dropBadgeless.Bind(2, from).Bind(3, to).Write();
        return null;
    }

    /// <summary>Takes back the row that gives a tap to a person.</summary>
    public void RemoveResolved(long agencyId, in ResolvedTap tap)
    {
        _dropBadgeless.Bind(1, agencyId).Bind(2, (long)tap.Bucket).Bind(3, (long)tap.Bucket).Bind(4, tap.JournalId).Bind(5, tap.Sequence).Write();
        _dropResolved.Bind(1, agencyId).Bind(2, (long)tap.Bucket).Bind(3, tap.StaffId).Bind(4, tap.AtUs).Bind(5, tap.JournalId).Bind(6, tap.Sequence).Write();
    }

    /// <summary>Takes back the row that says why a tap has no person.</summary>
    public void RemoveUnresolved(long journalId, long sequence) => _dropUnresolved.Bind(1, journalId).Bind(2, sequence).Write();

    /// <inheritdoc />
    public void Dispose()
    {
        _resolved.Dispose();
        _unresolved.Dispose();
        _badgeless.Dispose();
        _dropBadgeless.Dispose();
        _person.Dispose();
        _ruling.Dispose();
        _dropUnresolved.Dispose();
        _dropResolved.Dispose();
        _dropResolvedNear.Dispose();
    }

    private static string? Reason(BadgeOutcome outcome) => outcome switch
    {
        BadgeOutcome.Person => null,
        BadgeOutcome.Unknown => UnresolvedReason.Unknown,
        BadgeOutcome.Ambiguous => UnresolvedReason.Ambiguous,
        BadgeOutcome.Blocked => UnresolvedReason.Blocked,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome."),
    };
}
