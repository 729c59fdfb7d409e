using KyCuong.Rules;

namespace KyCuong.Server.Features.Summaries;

/// <summary>How a figure is written.</summary>
internal enum FigureKind
{
    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with one decimal.</summary>
    Tenths,

    /// <summary>A share, 0 to 1.</summary>
    Share,
}

/// <summary>
/// One figure of a period: its name in JSON and CSV (part of the contract), and whether it has a column of its own on
/// paper, whose header is the text <c>column.&lt;name&gt;</c>.
/// </summary>
internal sealed record Figure(string Name, FigureKind Kind, bool Printed, Func<PeriodFigures, decimal?> Of)
{
    /// <summary>All figures in the order in which they are written.</summary>
    public static readonly IReadOnlyList<Figure> All =
    [
        new("dueSessions", FigureKind.Whole, true, figures => figures.DueSessions),
        new("attendedSessions", FigureKind.Whole, true, figures => figures.AttendedSessions),
        new("workDays", FigureKind.Tenths, true, figures => figures.WorkDays),
        new("lateTimes", FigureKind.Whole, true, figures => figures.LateTimes),
        new("lateMinutes", FigureKind.Whole, true, figures => figures.LateMinutes),
        new("earlyTimes", FigureKind.Whole, true, figures => figures.EarlyTimes),
        new("earlyMinutes", FigureKind.Whole, true, figures => figures.EarlyMinutes),
        new("missingTaps", FigureKind.Whole, true, figures => figures.MissingTaps),
        new("absentSessions", FigureKind.Whole, true, figures => figures.AbsentSessions),
        new("leaveSessions", FigureKind.Whole, true, figures => figures.LeaveSessions),
        new("outsideTimes", FigureKind.Whole, false, figures => figures.OutsideTimes),
        new("outsideMinutes", FigureKind.Whole, true, figures => figures.OutsideMinutes),
        new("pendingSessions", FigureKind.Whole, true, figures => figures.PendingSessions),
        new("provisionalFindings", FigureKind.Whole, false, figures => figures.ProvisionalFindings),
        new("unscheduledDays", FigureKind.Whole, true, figures => figures.UnscheduledDays),
        new("workedMinutes", FigureKind.Whole, false, figures => figures.WorkedMinutes),
        new("presentMinutes", FigureKind.Whole, false, figures => figures.PresentMinutes),
        new("attendanceRate", FigureKind.Share, true, figures => Share(figures.AttendanceRate)),
        new("punctualityRate", FigureKind.Share, true, figures => Share(figures.PunctualityRate)),
    ];

    /// <summary>Those with a column on paper.</summary>
    public static readonly IReadOnlyList<Figure> OnPaper = [.. All.Where(figure => figure.Printed)];

    /// <summary>Four decimals are more than a month of any agency can tell apart on paper.</summary>
    private static decimal? Share(double? share) => share is { } value ? Math.Round((decimal)value, 4) : null;
}
