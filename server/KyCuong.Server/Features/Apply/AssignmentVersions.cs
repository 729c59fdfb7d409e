using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Whether an assignment gives anybody hours: its schedule needs a version in force. One that never has any, or not on a
/// date it names, is a mistake; one that begins before its schedule or outlives it leaves days to the next level, which may
/// be meant, and is told. Pure.
/// </summary>
internal static class AssignmentVersions
{
    /// <summary>Checks the assignments of the file.</summary>
    public static void Check(ApplyFile file, ApplyOutlook outlook, ProblemList problems, List<ApplyNote> notes)
    {
        var versions = outlook.Versions.OrderBy(version => version.From).ToLookup(version => version.Code, StringComparer.Ordinal);
        foreach (var assignment in file.Assignments)
        {
            var hers = versions[assignment.Schedule].ToList();
            if (assignment.Dates is { } dates) Named(assignment, dates, hers, problems, notes);
            else Range(assignment, hers, problems, notes);
        }
    }

    private static void Named(AssignmentDeclaration assignment, IReadOnlyList<DateOnly> dates, List<WorkSchedule> versions, ProblemList problems, List<ApplyNote> notes)
    {
        foreach (var date in dates)
        {
            if (versions.Find(version => version.InForce(date)) is not { } hours)
                problems.Add(assignment.Node.Line, $"{assignment.Node.Path}.dates", Grammar.Date(date), ApplyText.Get("assignment.noVersionOn", assignment.Schedule, Spans(versions)));
            else if (!hours.Days.Contains(date.DayOfWeek))
                notes.Add(new ApplyNote(assignment.Node.Line, $"{assignment.Node.Path}.dates", ApplyText.Get("assignment.notDue", Grammar.Date(date), assignment.Schedule, Grammar.Day(date.DayOfWeek))));
        }
    }

    private static void Range(AssignmentDeclaration assignment, List<WorkSchedule> versions, ProblemList problems, List<ApplyNote> notes)
    {
        if (!versions.Exists(version => (assignment.To is not { } to || version.From <= to) && (assignment.From is not { } from || version.To is null || version.To >= from)))
        {
            problems.Add(assignment.Node.Line, $"{assignment.Node.Path}.schedule", assignment.Schedule,
                ApplyText.Get("assignment.noVersion", Shown(assignment.From), Shown(assignment.To), Spans(versions)));
            return;
        }

        if (assignment.From is { } start && start < versions[0].From) Note("assignment.before", start, versions[0].From.AddDays(-1));
        if (assignment.To is { } end && versions[^1].To is { } last && last < end) Note("assignment.after", last.AddDays(1), end);

        void Note(string message, DateOnly from, DateOnly to) =>
            notes.Add(new ApplyNote(assignment.Node.Line, assignment.Node.Path, ApplyText.Get(message, Grammar.Date(from), Grammar.Date(to), assignment.Schedule)));
    }

    private static string Spans(List<WorkSchedule> versions) =>
        versions.Count == 0 ? "–" : string.Join(", ", versions.Select(version => $"{Grammar.Date(version.From)} – {Shown(version.To)}"));

    private static string Shown(DateOnly? date) => date is { } day ? Grammar.Date(day) : "…";
}
