using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Finds assignments that would give one person two sessions at the same time (design section 6: an error). Looked at:
/// what stands at one target (agency, unit, person), and a person's additions against the hours of their units. Pure.
/// </summary>
internal static class SessionOverlaps
{
    private const int MinutesOfDay = 24 * 60;
    private static readonly int DayNumbers = DateOnly.MaxValue.DayNumber;

    /// <summary>One version of a schedule as one assignment brings it to a target.</summary>
    private sealed record Occurrence(WorkSchedule Hours, DateOnly From, DateOnly To, IReadOnlyList<DateOnly>? Dates, bool Adds, AssignmentDeclaration? Declared)
    {
        public string Code => Hours.Code;

        public bool IsDue(DateOnly date) => date >= From && date <= To && Hours.Days.Contains(date.DayOfWeek) && (Dates?.Contains(date) ?? true);

        public Occurrence? Within(DateOnly from, DateOnly? to)
        {
            var clipped = this with { From = Later(From, from), To = Earlier(To, to ?? DateOnly.MaxValue) };
            return clipped.From <= clipped.To ? clipped : null;
        }
    }

    /// <summary>Reports each pair of assignments once, at the one in the file.</summary>
    public static void Check(ApplyFile file, ApplyDraft draft, ProblemList problems)
    {
        if (file.Assignments.Count == 0 && file.Schedules.Count == 0) return;
        var versions = Versions(file, draft);
        var declared = file.Assignments.ToDictionary(AssignmentKey.Of);
        var stored = draft.Assignments.Where(row => !declared.ContainsKey(draft.KeyOf(row))).Select(row => (Key: draft.KeyOf(row), row.ToDate, Declared: (AssignmentDeclaration?)null));
        var all = stored.Concat(declared.Select(pair => (pair.Key, ToDate: pair.Value.To, Declared: (AssignmentDeclaration?)pair.Value)))
            .SelectMany(one => versions[one.Key.Schedule].Select(version => Bring(one.Key, one.ToDate, one.Declared, version)).OfType<Occurrence>(), (one, occurrence) => (one.Key.Unit, one.Key.Staff, Occurrence: occurrence))
            .ToLookup(one => (one.Unit, one.Staff), one => one.Occurrence);
        var reported = new HashSet<(string, string, string?)>();
        foreach (var target in all)
        {
            var hers = target.ToList();
            Compare(hers, target.Key, problems, reported);
            if (target.Key.Staff is { } staff && hers.All(occurrence => occurrence.Adds)) Compare([.. hers, .. Inherited(staff, file, draft, all)], target.Key, problems, reported);
        }
    }

    private static ILookup<string, WorkSchedule> Versions(ApplyFile file, ApplyDraft draft)
    {
        var declared = file.Schedules.Select(version => (version.Schedule.Code, version.Schedule.From)).ToHashSet();
        return draft.Schedules.Where(row => !declared.Contains((row.Code, row.FromDate)))
            .Select(row => ScheduleFormat.Parse(row.Code, row.Name, row.FromDate, row.ToDate, row.Definition))
            .Concat(file.Schedules.Select(version => version.Schedule))
            .ToLookup(version => version.Code);
    }

    private static Occurrence? Bring(AssignmentKey key, DateOnly? to, AssignmentDeclaration? declared, WorkSchedule version)
    {
        var dates = key.Dates is null ? null : JsonSerializer.Deserialize<List<DateOnly>>(key.Dates);
        return new Occurrence(version, version.From, version.To ?? DateOnly.MaxValue, dates, key.Adds, declared).Within(key.From ?? DateOnly.MinValue, to);
    }

    /// <summary>The hours a person has from the units they belong to, or else from the agency.</summary>
    private static IEnumerable<Occurrence> Inherited(string staff, ApplyFile file, ApplyDraft draft, ILookup<(string? Unit, string? Staff), Occurrence> all)
    {
        var parents = draft.Units.ToDictionary(unit => unit.Code, unit => unit.ParentUnitId is { } id ? draft.UnitCodes[id] : null);
        foreach (var unit in file.Units) parents[unit.Code] = unit.Parent.Or(parents.GetValueOrDefault(unit.Code));
        foreach (var posting in draft.Postings[draft.Staff[staff]])
        {
            var unit = draft.UnitCodes[posting.UnitId];
            while (unit is not null && all[(unit, null)].All(occurrence => occurrence.Adds)) unit = parents.GetValueOrDefault(unit);
            foreach (var occurrence in all[(unit, null)])
                if (!occurrence.Adds && occurrence.Within(posting.FromDate, posting.ToDate) is { } clipped) yield return clipped;
        }
    }

    private static void Compare(List<Occurrence> all, (string? Unit, string? Staff) target, ProblemList problems, HashSet<(string, string, string?)> reported)
    {
        for (var i = 0; i < all.Count; i++)
            for (var j = i + 1; j < all.Count; j++)
            {
                var (one, other) = (all[i], all[j]);
                if (one.Code == other.Code || FirstOverlap(one, other) is not { } date) continue;
                var at = one.Declared ?? other.Declared;
                var node = at?.Node;
                if (!reported.Add((one.Code, other.Code, target.Staff ?? target.Unit))) continue;
                problems.Add(node?.Line ?? 0, node?.Path ?? "$.schedules", target.Staff ?? target.Unit ?? "", ApplyText.Get("assignment.overlap", one.Code, other.Code, Grammar.Date(date)));
            }
    }

    /// <summary>
    /// The first date on which a session of one meets a session of the other. Without lists of dates the pattern repeats
    /// weekly, so nine days from the first common one show everything.
    /// </summary>
    private static DateOnly? FirstOverlap(Occurrence one, Occurrence other)
    {
        var from = Later(one.From, other.From);
        var to = Earlier(one.To, other.To);
        if (from > to && from.DayNumber - to.DayNumber > 1) return null;
        IEnumerable<DateOnly> candidates = one.Dates ?? other.Dates ?? Enumerable.Range(from.DayNumber - 1, 9)
            .Where(number => number >= 0 && number < DateOnly.MaxValue.DayNumber).Select(DateOnly.FromDayNumber).ToList();
        foreach (var date in candidates)
            for (var shift = -1; shift <= 1; shift++)
            {
                if (date.DayNumber + shift < 0 || date.DayNumber + shift > DayNumbers) continue;
                var (mine, yours) = one.Dates is not null || other.Dates is null ? (date, date.AddDays(shift)) : (date.AddDays(shift), date);
                if (one.IsDue(mine) && other.IsDue(yours) && Meet(one.Hours, other.Hours, (yours.DayNumber - mine.DayNumber) * MinutesOfDay)) return mine;
            }

        return null;
    }

    private static bool Meet(WorkSchedule one, WorkSchedule other, int otherIsLaterBy)
    {
        foreach (var a in one.Offsets())
            foreach (var b in other.Offsets())
                if (a.Start < b.End + otherIsLaterBy && b.Start + otherIsLaterBy < a.End) return true;
        return false;
    }

    private static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;

    private static DateOnly Earlier(DateOnly a, DateOnly b) => a < b ? a : b;
}
