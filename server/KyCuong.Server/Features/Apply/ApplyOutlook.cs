using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// What people would work by if the file were applied to what the store holds: versions, assignments, units and postings as
/// the rules take them, and where in the file each comes from. Made only of a file without problems. Immutable.
/// </summary>
internal sealed class ApplyOutlook
{
    private readonly Dictionary<ScheduleAssignment, AssignmentDeclaration> _assignments = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<WorkSchedule, ScheduleDeclaration> _versions = new(ReferenceEqualityComparer.Instance);
    private readonly ILookup<long, PostingRow> _postings;

    public ApplyOutlook(ApplyFile file, ApplyDraft draft)
    {
        // Units that are new have no identity yet: below zero.
        var ids = draft.Units.ToDictionary(unit => unit.Code, unit => unit.UnitId);
        foreach (var unit in file.Units) ids.TryAdd(unit.Code, -1 - ids.Count);
        var parents = draft.Units.ToDictionary(unit => unit.Code, unit => unit.ParentUnitId is { } id ? draft.UnitCodes[id] : null);
        foreach (var unit in file.Units) parents[unit.Code] = unit.Parent.Or(parents.GetValueOrDefault(unit.Code));
        Units = new UnitTree(parents.Select(pair => KeyValuePair.Create(ids[pair.Key], pair.Value is null ? (long?)null : ids[pair.Value])));
        UnitCodes = ids.ToDictionary(pair => pair.Value, pair => pair.Key);
        StaffCodes = draft.StaffCodes;
        _postings = draft.Postings;

        var replaced = file.Schedules.Select(version => (version.Schedule.Code, version.Schedule.From)).ToHashSet();
        foreach (var version in file.Schedules) _versions.Add(version.Schedule, version);
        Versions = [.. draft.Schedules.Where(row => !replaced.Contains((row.Code, row.FromDate)))
            .Select(row => ScheduleFormat.Parse(row.Code, row.Name, row.FromDate, row.ToDate, row.Definition)).Concat(_versions.Keys)];

        var named = file.Assignments.Concat(file.Removed.Assignments).Select(AssignmentKey.Of).ToHashSet();
        foreach (var declared in file.Assignments)
            _assignments.Add(
                new ScheduleAssignment(
                    declared.Schedule, declared.Unit is { } unit ? ids[unit] : null, declared.Staff is { } staff ? draft.Staff[staff] : null,
                    declared.From, declared.To, declared.Adds ? AssignmentMode.Add : AssignmentMode.Replace, declared.Dates),
                declared);
        Assignments = [.. draft.Assignments.Where(row => !named.Contains(draft.KeyOf(row))).Select(row => new ScheduleAssignment(
            row.ScheduleCode, row.UnitId, row.StaffId, row.FromDate, row.ToDate,
            row.Mode == "add" ? AssignmentMode.Add : AssignmentMode.Replace,
            row.Dates is null ? null : JsonSerializer.Deserialize<List<DateOnly>>(row.Dates))).Concat(_assignments.Keys)];
        Book = new ScheduleBook(Versions, Assignments);
        Calendar = CalendarCheck.Outlook(file, draft);
        MovesUnits = file.Units.Any(unit => unit.Parent.Is);
    }

    /// <summary>All versions of all schedules.</summary>
    public IReadOnlyList<WorkSchedule> Versions { get; }

    /// <summary>All assignments.</summary>
    public IReadOnlyList<ScheduleAssignment> Assignments { get; }

    /// <summary>The same, as the rules look them up.</summary>
    public ScheduleBook Book { get; }

    /// <summary>Holidays and swaps.</summary>
    public WorkCalendar Calendar { get; }

    /// <summary>Units by identity; new ones have numbers below zero.</summary>
    public UnitTree Units { get; }

    /// <summary>Unit codes by identity.</summary>
    public IReadOnlyDictionary<long, string> UnitCodes { get; }

    /// <summary>Staff codes by identity.</summary>
    public IReadOnlyDictionary<long, string> StaffCodes { get; }

    /// <summary>The file says of some unit what stands above it.</summary>
    public bool MovesUnits { get; }

    /// <summary>Where in the file an assignment stands; null: only in the store.</summary>
    public AssignmentDeclaration? Declared(ScheduleAssignment assignment) => _assignments.GetValueOrDefault(assignment);

    /// <summary>Where in the file a version stands; null: only in the store.</summary>
    public ScheduleDeclaration? Declared(WorkSchedule version) => _versions.GetValueOrDefault(version);

    /// <summary>A person's postings by start.</summary>
    public IEnumerable<PostingRow> Postings(long staff) => _postings[staff].OrderBy(posting => posting.FromDate);

    /// <summary>The unit of a person on a date; null: no posting.</summary>
    public long? UnitOf(long staff, DateOnly date) =>
        _postings[staff].Where(posting => posting.FromDate <= date && (posting.ToDate is null || date <= posting.ToDate)).MaxBy(posting => posting.FromDate)?.UnitId;
}
