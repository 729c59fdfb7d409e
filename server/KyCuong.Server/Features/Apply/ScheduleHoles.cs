using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Finds versions of a schedule that leave dates between them on which those who keep it would have no hours. Two seasons
/// with a code each, both assigned, leave no hole: when one ends the other is in force. Pure.
/// </summary>
internal static class ScheduleHoles
{
    /// <summary>Reports each hole once, at the version after it or, when only the store has that, before it.</summary>
    public static void Check(ApplyFile file, ApplyOutlook outlook, ProblemList problems)
    {
        var touched = file.Schedules.Select(version => version.Schedule.Code).Concat(file.Assignments.Select(assignment => assignment.Schedule)).ToHashSet(StringComparer.Ordinal);
        foreach (var code in outlook.Versions.Where(version => touched.Contains(version.Code)).GroupBy(version => version.Code))
        {
            var inOrder = code.OrderBy(version => version.From).ToList();
            for (var i = 1; i < inOrder.Count; i++)
            {
                if (inOrder[i - 1].To is not { } end || end.AddDays(1) >= inOrder[i].From) continue;
                var (from, to) = (end.AddDays(1), inOrder[i].From.AddDays(-1));
                if (FirstBare(outlook, code.Key, from, to) is not { } bare) continue;
                var node = outlook.Declared(inOrder[i])?.Node ?? outlook.Declared(inOrder[i - 1])?.Node ?? file.Assignments.First(assignment => assignment.Schedule == code.Key).Node;
                problems.Add(node.Line, node.Path, code.Key, ApplyText.Get("schedule.hole", Grammar.Date(from), Grammar.Date(to), Grammar.Date(bare)));
            }
        }
    }

    /// <summary>
    /// The first date of a hole on which somebody who keeps the schedule has no hours from elsewhere. One that nobody keeps
    /// yet is measured against the other schedules; duty may have holes.
    /// </summary>
    private static DateOnly? FirstBare(ApplyOutlook outlook, string code, DateOnly from, DateOnly to)
    {
        var keepers = outlook.Assignments.Where(one => one.Schedule == code).ToList();
        if (keepers.Count == 0) return Dates(from, to).Select(date => (DateOnly?)date).FirstOrDefault(date => !outlook.Versions.Any(version => version.InForce(date!.Value)));
        foreach (var keeper in keepers.Where(one => one.Mode == AssignmentMode.Replace))
            foreach (var date in Dates(Later(from, keeper.From), Earlier(to, keeper.To)))
                if (keeper.InForce(date) && Unit(outlook, keeper, date) is { } unit
                    && !outlook.Book.On(keeper.Staff ?? 0, unit, outlook.Units, date).Any(one => one.Assignment.Mode == AssignmentMode.Replace))
                    return date;
        return null;
    }

    /// <summary>The unit of whoever keeps it; 0: of everybody; null: a person who is not there on the date.</summary>
    private static long? Unit(ApplyOutlook outlook, ScheduleAssignment keeper, DateOnly date) =>
        keeper.Staff is { } staff ? outlook.UnitOf(staff, date) : keeper.Unit ?? 0;

    private static IEnumerable<DateOnly> Dates(DateOnly from, DateOnly to)
    {
        for (var date = from; date <= to; date = date.AddDays(1)) yield return date;
    }

    private static DateOnly Later(DateOnly a, DateOnly? b) => b > a ? b.Value : a;

    private static DateOnly Earlier(DateOnly a, DateOnly? b) => b < a ? b.Value : a;
}
