using System.Collections.Concurrent;
using KyCuong.Protos.V1;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Kiosks;

/// <summary>
/// What each gate is told of the others: whom they have seen lately, and how far each is known. Read from the store at most
/// once in <see cref="KioskBounds.PresenceInterval"/> for an agency and shared by its streams. Thread-safe.
/// </summary>
internal sealed class PresenceSource(ServerStore store, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<long, PresencePicture> _pictures = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HolesMemory _holes = new();

    /// <summary>The agency's gates as they are now.</summary>
    public async Task<PresencePicture> OfAsync(long agencyId, CancellationToken cancel)
    {
        if (Fresh(agencyId) is { } known) return known;
        await _turn.WaitAsync(cancel);
        try
        {
            if (Fresh(agencyId) is { } meanwhile) return meanwhile;
            // Where nothing was written, nothing has changed but the day.
            if (_pictures.TryGetValue(agencyId, out var before) && before.Commits == store.Writer.Commits && time.GetElapsedTime(before.ReadAt) < KioskBounds.PresenceReread)
                return _pictures[agencyId] = before with { MadeAt = time.GetTimestamp() };
            return _pictures[agencyId] = await ReadAsync(agencyId, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private PresencePicture? Fresh(long agencyId) =>
        _pictures.TryGetValue(agencyId, out var picture) && time.GetElapsedTime(picture.MadeAt) < KioskBounds.PresenceInterval ? picture : null;

    private async Task<PresencePicture> ReadAsync(long agencyId, CancellationToken cancel)
    {
        var (madeAt, commits) = (time.GetTimestamp(), store.Writer.Commits);
        await using var db = store.NewReader();
        var agency = await db.Agencies.SingleAsync(row => row.AgencyId == agencyId, cancel);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone)).DateTime);
        var units = await db.Units.Where(unit => unit.AgencyId == agencyId).ToListAsync(cancel);
        var kiosks = await db.Kiosks.Where(kiosk => kiosk.AgencyId == agencyId && kiosk.EnrolledUs != null && kiosk.EndedUs == null).OrderBy(kiosk => kiosk.Code).ToListAsync(cancel);
        var posted = await db.Postings.Where(posting => posting.AgencyId == agencyId && posting.FromDate <= today && (posting.ToDate == null || posting.ToDate >= today))
            .OrderBy(posting => posting.FromDate).Select(posting => new { posting.StaffId, posting.UnitId }).ToListAsync(cancel);
        var unitOf = new Dictionary<long, long>();
        foreach (var posting in posted) unitOf[posting.StaffId] = posting.UnitId;

        var seen = new Dictionary<long, List<Sighting>>();
        using (var session = store.OpenReader())
        using (var taps = new ResolvedTapReader(session, agencyId, today.AddDays(-1), today.AddDays(1)))
            while (taps.Read())
            {
                ref readonly var tap = ref taps.Current;
                if (!seen.TryGetValue(tap.StaffId, out var sightings)) seen.Add(tap.StaffId, sightings = []);
                Add(sightings, tap.KioskId, tap.JournalId, tap.AtUs, tap.Bucket == today.DayNumber);
            }

        // Nobody is called late at one gate on top of a claim at another that may yet be confirmed.
        var (fromUs, toUs) = (UnixTime.ToUs(new DateTimeOffset(today.AddDays(-1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)), UnixTime.ToUs(new DateTimeOffset(today.AddDays(2).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)));
        var claims = await (
            from waiting in db.UnresolvedTaps
            join tap in db.Taps on new { waiting.JournalId, waiting.Sequence } equals new { tap.JournalId, tap.Sequence }
            join journal in db.Journals on waiting.JournalId equals journal.JournalId
            join person in db.Staff on new { waiting.AgencyId, Code = tap.StaffCode! } equals new { person.AgencyId, person.Code }
            where waiting.AgencyId == agencyId && waiting.Reason == UnresolvedReason.Unverified && waiting.AtUs >= fromUs && waiting.AtUs < toUs
            select new { person.StaffId, journal.KioskId, journal.JournalId, AtUs = waiting.AtUs!.Value }).ToListAsync(cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone);
        foreach (var claim in claims)
        {
            if (!seen.TryGetValue(claim.StaffId, out var sightings)) seen.Add(claim.StaffId, sightings = []);
            Add(sightings, claim.KioskId, claim.JournalId, claim.AtUs, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddMicroseconds(claim.AtUs), zone).DateTime) == today);
        }

        // What a gate has lost of today may have been anybody's first tap.
        var todayUs = UnixTime.ToUs(new DateTimeOffset(today.ToDateTime(TimeOnly.MinValue), zone.GetUtcOffset(today.ToDateTime(TimeOnly.MinValue))));
        var holes = (await JournalHoles.ReadAsync(db, agencyId, _holes, cancel)).Where(kiosk => kiosk.Value.Any(hole => hole.To.Micros >= todayUs))
            .ToDictionary(kiosk => kiosk.Key, kiosk => kiosk.Value.First(hole => hole.To.Micros >= todayUs).From.Micros);
        var doubtful = (await DoubtfulTaps.ReadAsync(db, agencyId, fromUs, cancel)).ToLookup(tap => tap.StaffId);
        return new PresencePicture(madeAt, commits, kiosks, units, unitOf, seen, doubtful) { Holes = holes };
    }

    private static void Add(List<Sighting> sightings, long kiosk, long journal, long atUs, bool today)
    {
        for (var i = 0; i < sightings.Count; i++)
            if (sightings[i].KioskId == kiosk && sightings[i].JournalId == journal)
            {
                // Of today the first, and of all the last.
                var first = sightings[i].IsToday ? Math.Min(sightings[i].FirstUs, atUs) : today ? atUs : sightings[i].FirstUs;
                sightings[i] = new Sighting(kiosk, journal, first, Math.Max(sightings[i].LastUs, atUs), sightings[i].IsToday || today);
                return;
            }

        sightings.Add(new Sighting(kiosk, journal, atUs, atUs, today));
    }
}

/// <summary>A person in one journal of one gate (imported: 0 of 0): of today the first tap, and the last.</summary>
internal readonly record struct Sighting(long KioskId, long JournalId, long FirstUs, long LastUs, bool IsToday);

/// <summary>The gates of an agency at a moment. Immutable by convention.</summary>
/// <param name="MadeAt">Timestamp of the clock when it was last found to hold.</param>
/// <param name="Commits">Of the store when it was read.</param>
/// <param name="Kiosks">In service, by code.</param>
/// <param name="Units">All.</param>
/// <param name="UnitOf">Today's unit of each person.</param>
/// <param name="Seen">Since yesterday, by person; kiosk 0 is an import.</param>
/// <param name="Doubtful">Since yesterday, by the person whose they may be.</param>
internal sealed record PresencePicture(
    long MadeAt, long Commits, IReadOnlyList<KioskRow> Kiosks, IReadOnlyList<UnitRow> Units, IReadOnlyDictionary<long, long> UnitOf, IReadOnlyDictionary<long, List<Sighting>> Seen,
    ILookup<long, DoubtfulTap> Doubtful)
{
    private readonly ConcurrentDictionary<long, IReadOnlySet<long>> _below = new();
    private readonly ILookup<long, long> _seenIn = Seen.Keys.Union(Doubtful.Select(people => people.Key)).Where(UnitOf.ContainsKey).ToLookup(person => UnitOf[person]);

    /// <summary>From when on something of today is missing, UTC microseconds, by kiosk.</summary>
    public IReadOnlyDictionary<long, long> Holes { get; init; } = new Dictionary<long, long>();

    /// <summary>Timestamp of the clock when it was read.</summary>
    public long ReadAt { get; } = MadeAt;

    /// <summary>
    /// What a gate is to be told of the others, and of itself what its journal does not have: whom it saw before its disk was exchanged. Null: the kiosk is
    /// not in service.
    /// </summary>
    /// <param name="kioskId">The gate.</param>
    /// <param name="journalId">Its journal, which remembers for itself.</param>
    public PresenceUpdate? For(long kioskId, long journalId)
    {
        var mine = Kiosks.FirstOrDefault(kiosk => kiosk.KioskId == kioskId);
        if (mine is null) return null;
        var update = new PresenceUpdate();
        foreach (var other in Kiosks)
            if (other.KioskId != kioskId && (Serves(mine.UnitId, other.UnitId) || Serves(other.UnitId, mine.UnitId)))
                update.Kiosks.Add(new KioskKnown { KioskCode = other.Code, KnownUntilUs = Math.Min(other.KnownUntilUs ?? other.EnrolledUs ?? 0, Holes.GetValueOrDefault(other.KioskId, long.MaxValue)) });
        foreach (var person in mine.UnitId is { } unit ? Below(unit).SelectMany(served => _seenIn[served]) : _seenIn.SelectMany(people => people))
        {
            var (firstUs, lastUs, fromUs, toUs) = (long.MaxValue, 0L, long.MaxValue, 0L);
            if (Seen.TryGetValue(person, out var sightings))
                foreach (var one in sightings)
                    if (one.KioskId != kioskId || one.JournalId != journalId)
                        (firstUs, lastUs) = (Math.Min(firstUs, one.FirstUs), Math.Max(lastUs, one.LastUs));
            foreach (var one in Doubtful[person])
                if (one.KioskId != kioskId || one.JournalId != journalId)
                    (fromUs, toUs) = (Math.Min(fromUs, one.FromUs), Math.Max(toUs, one.ToUs));
            if (lastUs == 0 && toUs == 0) continue;
            update.People.Add(new Presence
            {
                PersonId = (ulong)person,
                FirstAtUs = lastUs == 0 ? 0 : firstUs,
                LastAtUs = lastUs,
                PerhapsFromUs = toUs == 0 ? 0 : fromUs,
                PerhapsToUs = toUs,
            });
        }

        return update;
    }

    /// <summary>Whether a kiosk of the first unit serves the people of the second; null: everybody.</summary>
    private bool Serves(long? unit, long? people) => unit is not { } top || (people is { } at && Below(top).Contains(at));

    private IReadOnlySet<long> Below(long unit) => _below.GetOrAdd(unit, top => UnitTree.AtAndBelow(Units, top));
}

/// <summary>What one stream has been told: only what changed is sent again. Not thread-safe.</summary>
internal sealed class PresenceTold
{
    /// <summary>People in one message, well within its bound.</summary>
    private const int PeoplePerMessage = 4_000;

    private readonly Dictionary<ulong, Presence> _people = [];
    private List<KioskKnown>? _kiosks;

    /// <summary>The messages that bring the stream up to date; none when it is.</summary>
    public IEnumerable<PresenceUpdate> Next(PresenceUpdate now)
    {
        var changed = now.People.Where(person => !_people.TryGetValue(person.PersonId, out var told) || !told.Equals(person)).ToList();
        foreach (var person in changed) _people[person.PersonId] = person;
        // A claim that was rejected, a tap that was somebody else's; and yesterday's.
        if (_people.Count > now.People.Count)
            foreach (var gone in _people.Keys.Except(now.People.Select(person => person.PersonId)).ToList())
            {
                _people.Remove(gone);
                changed.Add(new Presence { PersonId = gone });
            }

        if (changed.Count == 0 && _kiosks is not null && _kiosks.SequenceEqual(now.Kiosks)) yield break;
        _kiosks = [.. now.Kiosks];
        for (var from = 0; from == 0 || from < changed.Count; from += PeoplePerMessage)
        {
            var update = new PresenceUpdate();
            update.People.AddRange(changed.Skip(from).Take(PeoplePerMessage));
            // How far gates are known may be believed only once all they have seen is told.
            var last = from + PeoplePerMessage >= changed.Count;
            update.Kiosks.AddRange(now.Kiosks.Select(kiosk => last ? kiosk : new KioskKnown { KioskCode = kiosk.KioskCode }));
            yield return update;
        }
    }
}
