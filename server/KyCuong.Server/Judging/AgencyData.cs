using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Resources;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>
/// What the store says of one agency, read once for one question and turned into what the rules take. Immutable, so it may
/// be shared between threads; out of date as soon as somebody changes the store.
/// </summary>
public sealed class AgencyData
{
    private readonly Dictionary<string, PersonData> _byCode;

    private AgencyData(AgencyRow row, TimeZoneInfo zone, AgencyRules rules, UnitHeads heads, IReadOnlyList<UnitRow> units, IReadOnlyList<KioskRow> kiosks, IReadOnlyList<PersonData> people)
    {
        (Row, Zone, Rules, Heads, Units, Kiosks, People) = (row, zone, rules, heads, units, kiosks, people);
        UnitsById = units.ToDictionary(unit => unit.UnitId);
        KiosksById = kiosks.ToDictionary(kiosk => kiosk.KioskId);
        _byCode = people.ToDictionary(person => person.Row.Code);
    }

    /// <summary>The agency.</summary>
    public AgencyRow Row { get; }

    /// <summary>Its zone.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Schedules, calendar, units and kiosks, as the rules take them.</summary>
    public AgencyRules Rules { get; }

    /// <summary>Who answers for which unit and when.</summary>
    public UnitHeads Heads { get; }

    /// <summary>Units in the order in which they were declared: the office first, as agencies list themselves.</summary>
    public IReadOnlyList<UnitRow> Units { get; }

    /// <summary>Units by identity.</summary>
    public IReadOnlyDictionary<long, UnitRow> UnitsById { get; }

    /// <summary>Kiosks by code.</summary>
    public IReadOnlyList<KioskRow> Kiosks { get; }

    /// <summary>Kiosks by identity.</summary>
    public IReadOnlyDictionary<long, KioskRow> KiosksById { get; }

    /// <summary>Declarations that hold, by identity of the kiosk.</summary>
    public IReadOnlyDictionary<long, KioskLossRow> Losses { get; private init; } = new Dictionary<long, KioskLossRow>();

    /// <summary>Everyone who has or had a posting, by identity; or the one person it was read for.</summary>
    public IReadOnlyList<PersonData> People { get; }

    /// <summary>Reads the agency. Who was erased is not among its people.</summary>
    /// <param name="dates">The dates to be judged: leave of others is left out; null: all leave.</param>
    /// <param name="onlyStaff">The one person to be judged; null: everybody.</param>
    /// <exception cref="CommandException">There is no such agency, or none, or several and none named.</exception>
    public static async Task<AgencyData> LoadAsync(KyCuongDb db, string? agencyCode, (DateOnly From, DateOnly To)? dates, CancellationToken cancel, long? onlyStaff = null)
    {
        var row = await AgencyChoice.FindAsync(db, agencyCode, cancel);
        var id = row.AgencyId;
        if (dates is { } judged && await ErasedBefore.OfAsync(db, id, ErasureKind.Taps, cancel) is { } erased && judged.From < erased)
            throw new CommandException(EraseText.Get("tapsErased", erased));
        var units = await db.Units.AsNoTracking().Where(unit => unit.AgencyId == id).OrderBy(unit => unit.UnitId).ToListAsync(cancel);
        var kiosks = await db.Kiosks.AsNoTracking().Where(kiosk => kiosk.AgencyId == id).OrderBy(kiosk => kiosk.Code).ToListAsync(cancel);
        var losses = await KioskLosses.LastAsync(db, id, cancel);
        foreach (var kiosk in kiosks)
            if (losses.TryGetValue(kiosk.KioskId, out var loss) && loss.OvertakenBy(kiosk)) losses.Remove(kiosk.KioskId);
        var holes = await JournalHoles.ReadAsync(db, id, null, cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone);
        var rules = new AgencyRules(
            zone,
            new UnitTree(units.Select(unit => KeyValuePair.Create(unit.UnitId, unit.ParentUnitId))),
            await CalendarAsync(db, row, cancel),
            await SchedulesAsync(db, id, cancel),
            [.. kiosks.Select(kiosk => Knowledge(kiosk, losses.GetValueOrDefault(kiosk.KioskId), holes.GetValueOrDefault(kiosk.KioskId))).OfType<KioskKnowledge>()],
            await DecisionRecords.IncidentsAsync(db, id, dates is { } asked ? Instant.From(new DateTimeOffset(asked.From.AddDays(-2).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)) : null, cancel));
        return new AgencyData(row, zone, rules, await UnitHeads.ReadAsync(db, id, rules.Units, units, cancel), units, kiosks, await PeopleAsync(db, id, dates, onlyStaff, cancel)) { Losses = losses };
    }

    /// <summary>The person with this code; null: nobody has it.</summary>
    public PersonData? FindPerson(string code) => _byCode.GetValueOrDefault(code);

    /// <summary>The person with this code.</summary>
    /// <exception cref="CommandException">Nobody has it.</exception>
    public PersonData Person(string code) => FindPerson(code) ?? throw new CommandException(Text.Get("staff.unknown", code));

    /// <summary>The name of whoever has the code; the code itself where nobody has it (yet).</summary>
    public string NameOf(string code) => _byCode.GetValueOrDefault(code)?.Row.FullName ?? code;

    /// <summary>The unit with this code.</summary>
    /// <exception cref="CommandException">No unit has it.</exception>
    public UnitRow Unit(string code) =>
        Units.FirstOrDefault(unit => unit.Code == code) ?? throw new CommandException(Text.Get("unit.unknown", code, string.Join(", ", Units.Select(unit => unit.Code))));

    private static async Task<WorkCalendar> CalendarAsync(KyCuongDb db, AgencyRow row, CancellationToken cancel)
    {
        var restDays = Weekdays.None;
        foreach (var name in JsonSerializer.Deserialize<string[]>(row.RestDays) ?? [])
            restDays |= Grammar.TryDay(name, out var day) ? (Weekdays)(1 << (int)day) : throw new FormatException($"The stored rest day {name} of agency {row.Code} is damaged.");
        var holidays = await db.Holidays.AsNoTracking().Where(holiday => holiday.AgencyId == row.AgencyId).OrderBy(holiday => holiday.Date).ToListAsync(cancel);
        var swaps = await db.DaySwaps.AsNoTracking().Where(swap => swap.AgencyId == row.AgencyId).OrderBy(swap => swap.OffDate).ToListAsync(cancel);
        return new WorkCalendar(
            restDays,
            holidays.Select(holiday => new CalendarNotice(holiday.Date, holiday.Name, holiday.Notice)),
            swaps.Select(swap => new DaySwap(swap.OffDate, swap.WorkedDate, swap.Notice)));
    }

    private static async Task<ScheduleBook> SchedulesAsync(KyCuongDb db, long agency, CancellationToken cancel)
    {
        var versions = await db.Schedules.AsNoTracking().Where(row => row.AgencyId == agency).OrderBy(row => row.ScheduleId).ToListAsync(cancel);
        var assignments = await db.Assignments.AsNoTracking().Where(row => row.AgencyId == agency).OrderBy(row => row.AssignmentId).ToListAsync(cancel);
        return new ScheduleBook(
            versions.Select(row => ScheduleFormat.Parse(row.Code, row.Name, row.FromDate, row.ToDate, row.Definition)),
            assignments.Select(row => new ScheduleAssignment(
                row.ScheduleCode, row.UnitId, row.StaffId, row.FromDate, row.ToDate,
                row.Mode == "add" ? AssignmentMode.Add : AssignmentMode.Replace,
                row.Dates is null ? null : JsonSerializer.Deserialize<List<DateOnly>>(row.Dates))));
    }

    private static async Task<List<PersonData>> PeopleAsync(KyCuongDb db, long agency, (DateOnly From, DateOnly To)? dates, long? only, CancellationToken cancel)
    {
        var leave = await LeaveRecords.ReadAsync(db, agency, dates, cancel, only);
        var decided = await DecisionRecords.ReadAsync(db, agency, dates, cancel, only);
        var badgeless = await BadgelessTaps.ReadAsync(db, agency, dates, cancel);
        var untimed = (await PendingTimes.ReadAsync(db, agency, cancel)).Where(tap => tap.Decision is null)
            .SelectMany(tap => tap.Staff, (tap, person) => (Person: person, Tap: new UntimedTap(tap.From, tap.To, tap.KioskId, tap.Key))).ToLookup(one => one.Person, one => one.Tap);
        var postings = (await db.Postings.AsNoTracking().Where(row => row.AgencyId == agency && (only == null || row.StaffId == only)).OrderBy(row => row.FromDate).ToListAsync(cancel)).ToLookup(row => row.StaffId);
        var staff = await db.Staff.AsNoTracking().Where(row => row.AgencyId == agency && row.FullName != "" && (only == null || row.StaffId == only)).OrderBy(row => row.StaffId).ToListAsync(cancel);
        var people = new List<PersonData>(staff.Count);
        foreach (var row in staff)
        {
            var hers = postings[row.StaffId].ToArray();
            people.Add(new PersonData(row, hers, decided.Of(new PersonRecord(row.StaffId, [.. hers.Select(posting => new Posting(posting.UnitId, posting.FromDate, posting.ToDate))])
            {
                Leave = [.. leave[row.StaffId].Where(one => one.WithdrawnUs is null).Select(LeaveRecords.EntryOf)],
                Claims = [.. badgeless.Claims[row.Code]],
                Untimed = [.. untimed[row.StaffId]],
                BadgelessDates = [.. badgeless.Dates[row.StaffId]],
            }))
            {
                Withdrawn = [.. leave[row.StaffId].Where(one => one.WithdrawnUs is not null)],
            });
        }

        return people;
    }

    /// <summary>
    /// What the rules may conclude of a kiosk: nothing is waited for before it was enrolled or after its orderly end. One
    /// whose certificates were revoked, or that was declared lost, may still hold taps that nobody will ever get.
    /// </summary>
    private static KioskKnowledge? Knowledge(KioskRow row, KioskLossRow? loss, IReadOnlyList<DataHole>? holes)
    {
        if (row.EnrolledUs is not { } enrolled) return null;
        var known = row.KnownUntilUs ?? enrolled;
        return new KioskKnowledge(
            row.KioskId, row.UnitId, new Instant(enrolled),
            row.EndedUs is { } ended ? new Instant(ended) : null,
            new Instant(loss is null ? known : Math.Min(known, loss.KnownUntilUs)),
            loss is not null || row.State is KioskState.Revoked or KioskState.Retired) { Holes = holes ?? [] };
    }
}

/// <summary>One person with their postings by start, as stored and as the rules take them. Immutable by convention.</summary>
public sealed record PersonData(StaffRow Row, IReadOnlyList<PostingRow> Postings, PersonRecord Record)
{
    /// <summary>Leave that was withdrawn: nothing is judged by it, but it was there.</summary>
    public IReadOnlyList<LeaveRow> Withdrawn { get; init; } = [];

    /// <summary>The last posting that touches the dates, or null.</summary>
    public PostingRow? LastIn(DateOnly from, DateOnly to) =>
        Postings.LastOrDefault(posting => posting.FromDate <= to && (posting.ToDate is null || posting.ToDate >= from));
}
