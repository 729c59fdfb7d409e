using KyCuong.Server.Cli;
using KyCuong.Server.Formats;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Summaries;

/// <summary>The summary on a terminal: people by unit, then units, with the sum.</summary>
internal static class SummaryTable
{
    private static readonly string[] Shown = ["dueSessions", "attendedSessions", "lateTimes", "lateMinutes", "earlyTimes", "earlyMinutes", "missingTaps", "absentSessions"];

    /// <summary>Left out where nobody has any: most periods have none, and a terminal is narrow.</summary>
    private static readonly string[] ShownIfAny = ["excusedAbsentSessions", "leaveSessions", "excusedFindings", "incidentFindings", "handKeptSessions", "handKeptAttended", "handKeptAbsent", "handKeptPending", "pendingSessions", "unscheduledDays"];

    /// <summary>People a terminal is given; the rest is in the files.</summary>
    private const int MostPeople = 200;

    /// <summary>Writes it.</summary>
    public static void Write(ICommandConsole console, SummaryResult summary)
    {
        console.Out.WriteLine($"{summary.Agency.Row.Name} – {summary.Period.Title}");
        console.Out.WriteLine(RulesSheet.Certainty(summary));
        foreach (var schedule in summary.Schedules) console.Out.WriteLine(RulesSheet.InForce(schedule));
        if (summary.Awaited.Count > 0) console.Out.WriteLine(RulesSheet.Awaited(summary));
        var figures = Figure.All.Where(figure => Shown.Contains(figure.Name) || (ShownIfAny.Contains(figure.Name) && figure.Of(summary.Total) > 0)).ToList();
        var people = new PeopleTable([SummaryText.Get("column.unit"), SummaryText.Get("column.staff"), SummaryText.Get("column.name"), .. figures.Select(figure => SummaryText.Get($"column.{figure.Name}"))], [.. Enumerable.Range(3, figures.Count)]);
        foreach (var line in summary.People.Take(MostPeople)) people.Add([line.Unit.Code, line.Person.Row.Code, line.Person.Row.FullName, .. figures.Select(figure => Cell(figure, line.Period.Total))]);
        people.Write(console);
        if (summary.People.Count > MostPeople) console.Out.WriteLine(SummaryText.Get("table.more", summary.People.Count - MostPeople));
        var units = new PeopleTable([SummaryText.Get("column.unitCode"), SummaryText.Get("column.unit"), .. figures.Select(figure => SummaryText.Get($"column.{figure.Name}"))], [.. Enumerable.Range(2, figures.Count)]);
        foreach (var line in summary.Units) units.Add([line.Unit.Code, line.Unit.Name, .. figures.Select(figure => Cell(figure, line.Figures))]);
        units.Add(["", SummaryText.Get("sum"), .. figures.Select(figure => Cell(figure, summary.Total))]);
        units.Write(console);
    }

    private static string Cell(Figure figure, Rules.PeriodFigures figures) => figure.Of(figures)?.ToString("#,##0.##", TextSource.Vietnamese) ?? "";
}
