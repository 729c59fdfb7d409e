using System.Collections.Concurrent;
using Google.Protobuf;
using KyCuong.Protos.V1;
using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// The rosters of the kiosks: who belongs to the units a kiosk serves, and their badges. One is built for each agency and
/// unit served and shared by all its kiosks until the version grows. Thread-safe.
/// </summary>
internal sealed class RosterSource(ServerStore store, TimeProvider time)
{
    /// <summary>Days ahead that a roster covers, for a kiosk that is offline when a new person or badge begins.</summary>
    public const int DaysAhead = 14;

    private readonly ConcurrentDictionary<(long Agency, long? Unit), Roster> _latest = new();

    /// <summary>The version that a kiosk of this agency should have now.</summary>
    public ulong VersionOf(AgencyRow agency) => RosterVersion.Of(agency.RosterVersion, Today(agency));

    /// <summary>
    /// The roster of a kiosk, ready to send. It knows what changed since the one before it, so that a kiosk which has that one
    /// is sent little.
    /// </summary>
    public async Task<Roster> GetAsync(long kioskId, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        // One read transaction: version, people and badges of the same moment.
        await using var moment = db.BeginMoment();
        var kiosk = await db.Kiosks.SingleAsync(k => k.KioskId == kioskId, cancel);
        var agency = await db.Agencies.SingleAsync(a => a.AgencyId == kiosk.AgencyId, cancel);
        var version = VersionOf(agency);
        var key = (agency.AgencyId, kiosk.UnitId);
        if (_latest.TryGetValue(key, out var latest) && latest.Version == version) return latest;
        var roster = new Roster(version, await ReadAsync(db, agency, kiosk.UnitId, Today(agency), cancel), latest);
        _latest[key] = roster;
        return roster;
    }

    private static async Task<RosterContent> ReadAsync(KyCuongDb db, AgencyRow agency, long? servedUnit, DateOnly today, CancellationToken cancel)
    {
        var last = today.AddDays(DaysAhead);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone);
        var begins = UnixTime.StartOf(today, zone);
        // A shift that began the day before may go on past midnight.
        var since = today.AddDays(-1);
        var rules = await AgencyData.LoadAsync(db, agency.Code, (since, last), cancel);
        var records = rules.People.ToDictionary(person => person.Row.StaffId, person => person.Record);
        var assessor = new PersonAssessor(rules.Rules);
        var units = await db.Units.Where(u => u.AgencyId == agency.AgencyId).ToDictionaryAsync(u => u.UnitId, cancel);
        var served = UnitTree.AtAndBelow(units.Values, servedUnit);
        var posted = await (
            from posting in db.Postings
            join person in db.Staff on posting.StaffId equals person.StaffId
            where posting.AgencyId == agency.AgencyId && posting.FromDate <= last && (posting.ToDate == null || posting.ToDate >= today)
            orderby posting.StaffId, posting.FromDate
            select new { person.StaffId, person.Code, person.FullName, posting.UnitId }).ToListAsync(cancel);
        var photos = await db.StaffPhotos.Where(photo => photo.AgencyId == agency.AgencyId)
            .Select(photo => new { photo.StaffId, photo.Sha256 }).ToDictionaryAsync(photo => photo.StaffId, photo => ByteString.CopyFrom(photo.Sha256), cancel);
        var people = new Dictionary<long, RosterPerson>();
        foreach (var row in posted)
        {
            // The first posting that is not over gives the unit shown.
            if (!served.Contains(row.UnitId) || people.ContainsKey(row.StaffId)) continue;
            var person = new RosterPerson
            {
                PersonId = (ulong)row.StaffId,
                StaffCode = row.Code,
                FullName = row.FullName,
                UnitName = units[row.UnitId].Name,
                PhotoSha256 = photos.GetValueOrDefault(row.StaffId, ByteString.Empty),
            };
            foreach (var segment in assessor.Segments(records[row.StaffId], since, last).Where(segment => segment.To.Micros > begins))
                person.Segments.Add(new RosterSegment
                {
                    FromUs = segment.From.Micros,
                    ToUs = segment.To.Micros,
                    Direction = Direction.In,
                    LimitUs = segment.Limit.Micros,
                    BaseUs = segment.Base.Micros,
                    ShiftFromUs = segment.ShiftFrom.Micros,
                });
            people.Add(row.StaffId, person);
        }

        var badges = new Dictionary<long, RosterBadge>();
        var held = await (
            from holding in db.BadgeHoldings
            join badge in db.Badges on holding.BadgeId equals badge.BadgeId
            where holding.AgencyId == agency.AgencyId && holding.FromDate <= last && (holding.ToDate == null || holding.ToDate >= today)
            orderby holding.BadgeId, holding.FromDate
            select new { holding.BadgeId, holding.StaffId, holding.FromDate, holding.ToDate, badge.State }).ToListAsync(cancel);
        foreach (var row in held)
        {
            if (!people.ContainsKey(row.StaffId)) continue;
            badges.TryAdd(row.BadgeId, new RosterBadge
            {
                BadgeId = (ulong)row.BadgeId,
                PersonId = (ulong)row.StaffId,
                State = row.State,
                ValidFromUs = UnixTime.StartOf(row.FromDate, zone),
                ValidToUs = row.ToDate is { } to ? UnixTime.StartOf(to.AddDays(1), zone) : 0,
            });
        }

        // Lent until the day's end: whose they are now, and nobody's before and after.
        var lent = await db.BadgeLoans.Where(loan => loan.AgencyId == agency.AgencyId && loan.ReturnedUs == null && loan.ToUs > begins).OrderByDescending(loan => loan.LoanId).ToListAsync(cancel);
        foreach (var loan in lent)
        {
            if (!people.ContainsKey(loan.StaffId)) continue;
            badges.TryAdd(loan.BadgeId, new RosterBadge
            {
                BadgeId = (ulong)loan.BadgeId,
                PersonId = (ulong)loan.StaffId,
                State = BadgeState.Active,
                ValidFromUs = loan.FromUs,
                ValidToUs = loan.ToUs,
            });
        }

        // Those that must never be accepted again, whoever held them: the officer hears "blocked", not "unknown".
        var blocked = await db.Badges
            .Where(b => b.AgencyId == agency.AgencyId && (b.State == BadgeState.Lost || b.State == BadgeState.Revoked)).ToListAsync(cancel);
        foreach (var row in blocked)
            badges.TryAdd(row.BadgeId, new RosterBadge { BadgeId = (ulong)row.BadgeId, State = row.State });

        var hashes = await db.BadgeHashes.Where(h => h.AgencyId == agency.AgencyId).OrderBy(h => h.Level).ThenByDescending(h => h.KeyId).ToListAsync(cancel);
        foreach (var row in hashes)
        {
            if (badges.TryGetValue(row.BadgeId, out var badge))
                badge.Hashes.Add(new BadgeHash { Level = row.Level, KeyId = row.KeyId, Hash = ByteString.CopyFrom(row.Hash) });
        }

        return new RosterContent([.. people.Values], [.. badges.Values]);
    }

    private DateOnly Today(AgencyRow agency) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone)).DateTime);
}
