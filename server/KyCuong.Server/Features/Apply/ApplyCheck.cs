using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Whether a file and what the store holds make sense together: known references, no circle of units, versions and
/// sessions that do not overlap, a calendar without contradictions. Lists all problems. Pure.
/// </summary>
internal static class ApplyCheck
{
    /// <summary>Checks everything.</summary>
    /// <param name="notes">Takes what is allowed and worth a second look; meant only when there are no problems.</param>
    public static void Check(ApplyFile file, ApplyDraft draft, ProblemList problems, List<ApplyNote> notes)
    {
        Agency(file, draft, problems);
        Units(file, draft, problems);
        Versions(file, draft, problems);
        References(file, draft, problems);
        CalendarCheck.Check(file, draft, problems, notes);
        // What people would work by is only made of parts that are right.
        if (problems.Count > 0) return;
        var outlook = new ApplyOutlook(file, draft);
        ScheduleHoles.Check(file, outlook, problems);
        AssignmentVersions.Check(file, outlook, problems, notes);
        if (problems.Count == 0) SessionOverlaps.Check(outlook, problems, notes);
    }

    private static void Agency(ApplyFile file, ApplyDraft draft, ProblemList problems)
    {
        if (file.Agency is not { } agency) return;
        if (draft.Agency is null && agency.Name is null)
            problems.Add(agency.Node.Line, $"{agency.Node.Path}.name", "", FormatText.Get("json.missing", "name"));
        if (draft.Agency is { } stored && agency.TimeZone is { } zone && zone != stored.TimeZone && draft.HasTaps)
            problems.Add(agency.Node.Line, $"{agency.Node.Path}.timeZone", zone, ApplyText.Get("agency.zoneFixed", stored.TimeZone));
    }

    private static void Units(ApplyFile file, ApplyDraft draft, ProblemList problems)
    {
        var parents = draft.Units.ToDictionary(unit => unit.Code, unit => unit.ParentUnitId is { } id ? draft.UnitCodes[id] : null);
        foreach (var unit in file.Units) parents[unit.Code] = unit.Parent.Or(parents.GetValueOrDefault(unit.Code));
        foreach (var unit in file.Units)
        {
            if (unit.Parent.Value is not { } parent) continue;
            if (!parents.ContainsKey(parent))
            {
                if (!file.MentionedUnits.Contains(parent)) problems.Add(unit.Node.Line, $"{unit.Node.Path}.parent", parent, ApplyText.Get("unit.unknown"));
                continue;
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            var at = unit.Code;
            while (at is not null && seen.Add(at)) at = parents.GetValueOrDefault(at);
            if (at == unit.Code) problems.Add(unit.Node.Line, $"{unit.Node.Path}.parent", parent, ApplyText.Get("unit.circle", string.Join(" → ", seen.Append(at))));
        }
    }

    private static void Versions(ApplyFile file, ApplyDraft draft, ProblemList problems)
    {
        var declared = file.Schedules.Select(version => (version.Schedule.Code, version.Schedule.From)).ToHashSet();
        var kept = draft.Schedules.Where(row => !declared.Contains((row.Code, row.FromDate)))
            .Select(row => (row.Code, From: row.FromDate, To: row.ToDate, Node: (SourceNode?)null));
        var all = kept.Concat(file.Schedules.Select(version => (version.Schedule.Code, version.Schedule.From, version.Schedule.To, Node: (SourceNode?)version.Node)));
        foreach (var versions in all.GroupBy(version => version.Code))
        {
            var inOrder = versions.OrderBy(version => version.From).ToList();
            for (var i = 1; i < inOrder.Count; i++)
            {
                var (before, after) = (inOrder[i - 1], inOrder[i]);
                if (before.From == after.From || !(before.To is null || before.To >= after.From)) continue;
                if ((after.Node ?? before.Node) is { } node)
                    problems.Add(node.Line, node.Path, versions.Key, ApplyText.Get("schedule.overlap", Shown(before.From, before.To), Shown(after.From, after.To), Grammar.Date(after.From.AddDays(-1))));
            }
        }
    }

    private static void References(ApplyFile file, ApplyDraft draft, ProblemList problems)
    {
        var units = draft.UnitCodes.Values.Concat(file.MentionedUnits).ToHashSet(StringComparer.Ordinal);
        var schedules = draft.Schedules.Select(row => row.Code).Concat(file.MentionedSchedules).ToHashSet(StringComparer.Ordinal);
        foreach (var assignment in file.Assignments.Concat(file.Removed.Assignments))
        {
            if (assignment.Unit is { } unit && !units.Contains(unit)) Unknown("unit", unit, "unit.unknown");
            if (assignment.Staff is { } staff && !draft.Staff.ContainsKey(staff)) Unknown("staff", staff, "staff.unknown");
            if (!schedules.Contains(assignment.Schedule)) Unknown("schedule", assignment.Schedule, "schedule.unknown");

            void Unknown(string key, string value, string message)
            {
                var node = assignment.Node.Members.First(member => member.Key == key).Value;
                problems.Add(node, ApplyText.Get(message));
            }
        }
    }

    private static string Shown(DateOnly from, DateOnly? to) => $"{Grammar.Date(from)} – {(to is { } end ? Grammar.Date(end) : "…")}";
}
