using System.Globalization;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Store.Erasures;

/// <summary>Says what an erasure takes away; changes nothing. Reads inside a lease. Not thread-safe.</summary>
internal sealed class ErasurePlanner(WriteLease lease, KyCuongDb db, AgencyRow agency)
{
    /// <summary>Taps of one tombstone at most: kiosks wait while one is carried out.</summary>
    public const int MostTaps = 20_000;

    private readonly ErasurePlan _plan = new(agency.AgencyId);

    /// <summary>Everything of a person but the code.</summary>
    public ErasurePlan Person(StaffRow person)
    {
        RowsOf(person.StaffId);
        var badges = BadgesOf(person.StaffId);
        foreach (var badge in badges) _plan.Rows.Add(("badges", badge));
        var hashes = db.BadgeHashes.AsNoTracking().Where(row => badges.Contains(row.BadgeId)).ToList()
            .Select(row => new BadgeKey(row.Level, row.KeyId, Bytes128.TryRead(row.Hash, out var hash) ? hash : throw new InvalidDataException("A badge hash does not have 16 bytes."))).ToHashSet();
        new DoomedTaps(lease.Session, _plan).OfPerson(person.StaffId, person.Code, hashes);
        Rulings();
        _plan.Person = person.StaffId;
        return _plan;
    }

    /// <summary>What is older than a date, of one of <see cref="ErasureKind"/> but a person.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="before">The first date that stays; of photos and PINs the first on which somebody who left was still there.</param>
    public ErasurePlan Older(string kind, DateOnly before)
    {
        var id = agency.AgencyId;
        var beforeUs = UnixTime.StartOf(before, TimeZoneInfo.FindSystemTimeZoneById(agency.TimeZone));
        var there = db.Postings.Where(posting => posting.AgencyId == id && (posting.ToDate == null || posting.ToDate >= before)).Select(posting => posting.StaffId);
        switch (kind)
        {
            case ErasureKind.UnknownTaps:
                new DoomedTaps(lease.Session, _plan).Unknown(beforeUs);
                break;
            case ErasureKind.Taps:
                new DoomedTaps(lease.Session, _plan).Before(before, beforeUs, MostTaps);
                Rulings();
                break;
            case ErasureKind.Photos:
                Add("staff_photos", db.StaffPhotos.Where(row => row.AgencyId == id && !there.Contains(row.StaffId)).Select(row => row.PhotoId));
                break;
            case ErasureKind.Pins:
                Add("staff_pins", db.StaffPins.Where(row => row.AgencyId == id && !there.Contains(row.StaffId)).Select(row => row.PinId));
                break;
            case ErasureKind.Explanations:
                Add("finding_decisions", db.FindingDecisions.Where(row => row.AgencyId == id && row.Date < before).Select(row => row.DecisionId));
                Add("hand_kept_marks", db.HandKeptMarks.Where(row => row.AgencyId == id && row.Date < before).Select(row => row.MarkId));
                break;
            case ErasureKind.Leave:
                Add("leave_entries", db.Leave.Where(row => row.AgencyId == id && row.ToDate < before).Select(row => row.LeaveId));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind.");
        }

        return _plan;
    }

    /// <summary>
    /// What a tombstone of this installation takes from a store that does not have it: the rows it names, if they are of the same history;
    /// the taps it names, here or not; and of a person whatever else there is.
    /// </summary>
    public ErasurePlan Again(TombstoneContent content, Tombstone tombstone)
    {
        var taps = new DoomedTaps(lease.Session, _plan);
        var named = Named(tombstone.RowList);
        var conflicts = Conflicts(named.Where(row => row.Table == "journal_conflicts").Select(row => row.Key).ToHashSet(StringComparer.Ordinal));
        _plan.Conflicts.AddRange(conflicts);
        var apart = conflicts.Select(conflict => conflict.Key).ToHashSet();
        taps.Named(tombstone.Entries.Where(entry => !apart.Contains(entry)));
        taps.NamedImports(named.Where(row => row.Table == "imported_taps").Select(row => Number(row.Key)).ToHashSet());
        Rulings();
        foreach (var (table, key) in named)
        {
            if (!Eraser.Tables.TryGetValue(table, out var column) || _plan.Rows.Contains((table, Number(key)))) continue;
#pragma warning disable CA1857 // Names of the table asked above.
            using var there = lease.Session.Prepare($"SELECT 1 FROM {table} WHERE {column} = ?1").Bind(1, Number(key));
#pragma warning restore CA1857
            if (!there.Step()) continue;
            there.Reset();
            _plan.Rows.Add((table, Number(key)));
        }

        if (content.Staff is not { } code) return _plan;
        var person = db.Staff.AsNoTracking().SingleOrDefault(row => row.AgencyId == agency.AgencyId && row.Code == code);
        if (person is null)
        {
            // The code stays taken.
            db.Staff.Add(person = new StaffRow { AgencyId = agency.AgencyId, Code = code, FullName = "", NameSort = [] });
            db.SaveChanges();
        }

        RowsOf(person.StaffId);
        taps.ImportsOf(person.StaffId);
        var all = _plan.Rows.Distinct().ToList();
        _plan.Rows.Clear();
        _plan.Rows.AddRange(all);
        // A badge that others hold in this store stays theirs.
        var others = db.BadgeHoldings.AsNoTracking().Where(row => row.StaffId != person.StaffId).Select(row => row.BadgeId).ToHashSet();
        _plan.Rows.RemoveAll(row => row.Table == "badges" && others.Contains(row.Id));
        _plan.Person = person.StaffId;
        return _plan;
    }

    private void RowsOf(long staff)
    {
        Add("postings", db.Postings.Where(row => row.StaffId == staff).Select(row => row.PostingId));
        Add("assignments", db.Assignments.Where(row => row.StaffId == staff).Select(row => row.AssignmentId));
        Add("leave_entries", db.Leave.Where(row => row.StaffId == staff).Select(row => row.LeaveId));
        Add("staff_photos", db.StaffPhotos.Where(row => row.StaffId == staff).Select(row => row.PhotoId));
        Add("staff_pins", db.StaffPins.Where(row => row.StaffId == staff).Select(row => row.PinId));
        Add("badge_holdings", db.BadgeHoldings.Where(row => row.StaffId == staff).Select(row => row.HoldingId));
        Add("badge_loans", db.BadgeLoans.Where(row => row.StaffId == staff).Select(row => row.LoanId));
        Add("finding_decisions", db.FindingDecisions.Where(row => row.StaffId == staff).Select(row => row.DecisionId));
        Add("hand_kept", db.HandKept.Where(row => row.StaffId == staff).Select(row => row.HandKeptId));
        Add("hand_kept_marks", db.HandKeptMarks.Where(row => row.StaffId == staff).Select(row => row.MarkId));
    }

    /// <summary>Badges that this person held and nobody else, none of a pool.</summary>
    private List<long> BadgesOf(long staff) =>
    [
        .. db.BadgeHoldings.Where(row => row.StaffId == staff).Select(row => row.BadgeId).Distinct()
            .Where(badge => !db.BadgeHoldings.Any(other => other.BadgeId == badge && other.StaffId != staff) && !db.BadgeLoans.Any(loan => loan.BadgeId == badge)),
    ];

    /// <summary>What was ruled of taps that go goes with them; what was ruled of a machine's boot by one of them speaks of others too, and of nobody.</summary>
    private void Rulings()
    {
        var taps = _plan.Taps.Select(tap => (tap.JournalId, tap.Key.Sequence)).ToHashSet();
        foreach (var ruling in db.ClaimDecisions.AsNoTracking().Where(row => row.AgencyId == agency.AgencyId).Select(row => new { row.DecisionId, row.JournalId, row.Sequence }).ToList())
            if (taps.Contains((ruling.JournalId, ruling.Sequence))) _plan.Rows.Add(("claim_decisions", ruling.DecisionId));
        foreach (var ruling in db.TimeDecisions.AsNoTracking().Where(row => row.AgencyId == agency.AgencyId && !row.WholeBoot).Select(row => new { row.DecisionId, row.JournalId, row.Sequence }).ToList())
            if (taps.Contains((ruling.JournalId, ruling.Sequence))) _plan.Rows.Add(("time_decisions", ruling.DecisionId));
    }

    private void Add(string table, IQueryable<long> ids) => _plan.Rows.AddRange(ids.ToList().Select(id => (table, id)));

    /// <summary>Rows of a list that began in this store's own history.</summary>
    private List<(string Table, string Key)> Named(string list)
    {
        var named = new List<(string, string)>();
        foreach (var line in list.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split('\t') is [var table, var key, var number, var hash] && LogWriter.Hash(lease.Session, Number(number)) is { } entered && entered.ToString().StartsWith(hash, StringComparison.Ordinal))
                named.Add((table, key));
        return named;
    }

    private List<DoomedConflict> Conflicts(HashSet<string> keys)
    {
        var found = new List<DoomedConflict>();
        if (keys.Count == 0) return found;
        var journals = db.Journals.AsNoTracking().ToDictionary(row => row.JournalId);
        foreach (var row in db.JournalConflicts.AsNoTracking().Where(row => row.AgencyId == agency.AgencyId).ToList())
        {
            Bytes128.TryRead(journals[row.JournalId].Epoch, out var epoch);
            var conflict = new DoomedConflict(row.JournalId, new ErasedKey(journals[row.JournalId].KioskId, epoch, row.Sequence, Digest.FromBytes(row.Hash)));
            if (keys.Contains(RowPlaces.KeyOf(conflict))) found.Add(conflict);
        }

        return found;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
