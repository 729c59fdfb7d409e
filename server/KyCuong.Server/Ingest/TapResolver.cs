using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.V1;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Ingest;

/// <summary>A tap as the derived tables name it; journal 0 and kiosk 0: imported.</summary>
internal readonly record struct TapFact(
    long AgencyId, long JournalId, long Sequence, long KioskId, UInt128 Boot, string Reader, Direction Direction, DirectionSource DirectionSource);

/// <summary>What a tap came to: a person and a bucket, or the reason why not.</summary>
/// <param name="Reason">One of <see cref="UnresolvedReason"/>; null when there is a person.</param>
/// <param name="StaffId">The person; 0 when there is none.</param>
/// <param name="Bucket">Day number in the agency's zone; 0 without an instant.</param>
/// <param name="BadgeId">The badge when it is blocked; else 0.</param>
/// <param name="Time">Null while it is pending.</param>
internal readonly record struct Resolution(string? Reason, long StaffId, int Bucket, long BadgeId, CorrectedTime? Time);

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
        return new Resolution(Reason(match.Outcome), match.StaffId, bucket, match.BadgeId, time);
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
        if (_dropResolvedNear.Bind(2, bucket - 1L).Bind(3, bucket + 1L).Run() == 0) _dropResolvedNear.Bind(2, 0L).Bind(3, long.MaxValue).Run();
        return null;
    }

    /// <summary>Takes back the row that gives a tap to a person.</summary>
    public void RemoveResolved(long agencyId, in ResolvedTap tap) =>
        _dropResolved.Bind(1, agencyId).Bind(2, (long)tap.Bucket).Bind(3, tap.StaffId).Bind(4, tap.AtUs).Bind(5, tap.JournalId).Bind(6, tap.Sequence).Write();

    /// <summary>Takes back the row that says why a tap has no person.</summary>
    public void RemoveUnresolved(long journalId, long sequence) => _dropUnresolved.Bind(1, journalId).Bind(2, sequence).Write();

    /// <inheritdoc />
    public void Dispose()
    {
        _resolved.Dispose();
        _unresolved.Dispose();
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
