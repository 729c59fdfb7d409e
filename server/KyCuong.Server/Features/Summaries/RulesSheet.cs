using System.Globalization;
using DocumentFormat.OpenXml.Packaging;
using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Resources;

namespace KyCuong.Server.Features.Summaries;

/// <summary>The sheet that says by which rules the figures came about, how sure they are and what they mean.</summary>
internal static class RulesSheet
{
    private static readonly double[] Widths = [16, 26, 25, 25, 24, 11, 11, 20, 30];

    /// <summary>How sure the summary is, in one line.</summary>
    public static string Certainty(SummaryResult summary)
    {
        var made = summary.MadeAt.In(summary.Agency.Zone);
        if (summary.IsFinal) return SummaryText.Get("certain.final", made);
        return summary.WaitedFor.Count == 0
            ? SummaryText.Get("certain.open", made, summary.OpenSessions, summary.Total.ProvisionalFindings)
            : SummaryText.Get("certain.waiting", made, summary.OpenSessions, summary.Total.ProvisionalFindings, string.Join(", ", summary.WaitedFor.Select(waited => waited.Kiosk.Name)));
    }

    /// <summary>How people had to tap: no rate can be read without it.</summary>
    public static string TapModes(SummaryResult summary) => summary.Schedules.Count == 0
        ? ""
        : " " + SummaryText.Get("certain.taps", string.Join("; ", summary.Schedules.Select(schedule => Mode(schedule.Taps)).Distinct()));

    /// <summary>Days of the period that a notice may yet make off; empty: none.</summary>
    public static string Awaited(SummaryResult summary) => summary.Awaited.Count == 0
        ? ""
        : SummaryText.Get("certain.awaited", string.Join(", ", summary.Awaited.Select(day => Date(day.Date))));

    /// <summary>The rules of one schedule in a line: tap mode, grace and thresholds in force.</summary>
    public static string InForce(WorkSchedule schedule) => SummaryText.Get(
        "certain.schedule", schedule.Code, Mode(schedule.Taps), Minutes(schedule.LateGraceMinutes, "rules.notJudged"), Minutes(schedule.EarlyGraceMinutes, "rules.notJudged"),
        SummaryText.Get(schedule.GraceCounts == GraceCounts.Whole ? "rules.grace.whole" : "rules.grace.beyond"), Thresholds(schedule));

    /// <summary>Writes the sheet.</summary>
    public static void Write(WorksheetPart part, SummaryResult summary)
    {
        using var sheet = new SheetWriter(part, new SheetShape(Widths, 0, null, SummaryXlsx.Footer(summary), First: false));
        Line(sheet, SummaryText.Get("rules.title"), CellLook.Title, 24);
        Line(sheet, summary.Period.Title, CellLook.Subtitle);
        Line(sheet, Certainty(summary), CellLook.Note);
        if (summary.Awaited.Count > 0) Line(sheet, Awaited(summary), CellLook.Note);
        Line(sheet, SummaryText.Get("rules.logHead", summary.LogHead), CellLook.Note);
        sheet.SkipRow();
        Line(sheet, SummaryText.Get("rules.schedules"), CellLook.Heading);
        Row(sheet, CellLook.Header, ["rules.code", "rules.name", "rules.validity", "rules.sessions", "rules.taps", "rules.late", "rules.early", "rules.grace", "rules.thresholds"], 34);
        foreach (var schedule in summary.Schedules)
        {
            string[] cells = [.. Schedule(schedule)];
            sheet.BeginRow(RowHeight.Of([.. cells.Zip(Widths)]));
            foreach (var cell in cells) sheet.Text(cell, CellLook.Text);
            sheet.EndRow();
        }

        sheet.SkipRow();
        if (summary.WaitedFor.Count > 0)
        {
            Line(sheet, SummaryText.Get("rules.waiting"), CellLook.Heading);
            Row(sheet, CellLook.Header, ["rules.kiosk", "rules.kioskName", "rules.knownUntil"]);
            foreach (var waited in summary.WaitedFor)
            {
                sheet.BeginRow(RowHeight.Of((waited.Kiosk.Code, Widths[0]), (waited.Kiosk.Name, Widths[1])));
                sheet.Text(waited.Kiosk.Code, CellLook.Text);
                sheet.Text(waited.Kiosk.Name, CellLook.Text);
                sheet.Text(Moment(waited.KnownUntil, summary), CellLook.Text);
                sheet.EndRow();
            }

            sheet.SkipRow();
        }

        Line(sheet, SummaryText.Get("rules.meaning"), CellLook.Heading);
        for (var i = 1; i <= 9; i++) Line(sheet, SummaryText.Get($"rules.meaning.{i}"), CellLook.Wrapped);
    }

    private static IEnumerable<string> Schedule(WorkSchedule schedule)
    {
        yield return schedule.Code;
        yield return schedule.Name;
        yield return $"{Date(schedule.From)} – {(schedule.To is { } to ? Date(to) : "…")}";
        yield return string.Join("; ", schedule.Sessions.Select(session => $"{Grammar.Time(session.Start)}–{Grammar.Time(session.End)}"));
        yield return Mode(schedule.Taps);
        yield return Minutes(schedule.LateGraceMinutes, "rules.notJudged");
        yield return Minutes(schedule.EarlyGraceMinutes, "rules.notJudged");
        yield return SummaryText.Get(schedule.GraceCounts == GraceCounts.Whole ? "rules.grace.whole" : "rules.grace.beyond");
        yield return Thresholds(schedule);
    }

    private static string Mode(TapMode taps) => Text.Get(taps == TapMode.EverySession ? "taps.everySession" : "taps.firstLast");

    private static string Thresholds(WorkSchedule schedule)
    {
        string[] set = [.. new[]
        {
            (Minutes: schedule.AbsentAfterLateMinutes, Key: "rules.threshold.absentAfterLate"),
            (Minutes: schedule.PartialBelowMinutes, Key: "rules.threshold.partialBelow"),
            (Minutes: schedule.AbsentBelowMinutes, Key: "rules.threshold.absentBelow"),
        }.Where(threshold => threshold.Minutes is not null).Select(threshold => SummaryText.Get(threshold.Key, threshold.Minutes))];
        return set.Length == 0 ? SummaryText.Get("rules.threshold.none") : string.Join("; ", set);
    }

    private static string Minutes(int? minutes, string otherwise) => minutes is { } number ? SummaryText.Get("rules.minutes", number) : SummaryText.Get(otherwise);

    private static void Line(SheetWriter sheet, string text, CellLook look, double height = 0)
    {
        sheet.BeginRow(height > 0 ? height : RowHeight.OfTitle(text, Widths.Sum()));
        sheet.Joined(text, look, Widths.Length);
        sheet.EndRow();
    }

    private static void Row(SheetWriter sheet, CellLook look, string[] keys, double height = 0)
    {
        sheet.BeginRow(height);
        foreach (var key in keys) sheet.Text(SummaryText.Get(key), look);
        sheet.EndRow();
    }

    private static string Moment(Instant moment, SummaryResult summary) => moment.In(summary.Agency.Zone).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);

    private static string Date(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
}
