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

/// <summary>When a figure has a column of its own on paper.</summary>
internal enum FigurePaper
{
    Never,
    IfAny,
    Always,
}

/// <summary>
/// One figure of a period: its name in JSON and CSV (part of the contract), and whether it has a column of its own on
/// paper, whose header is the text <c>column.&lt;name&gt;</c>.
/// </summary>
internal sealed record Figure(string Name, FigureKind Kind, FigurePaper Paper, Func<PeriodFigures, decimal?> Of)
{
    /// <summary>All figures in the order in which they are written.</summary>
    public static readonly IReadOnlyList<Figure> All =
    [
        new("dueSessions", FigureKind.Whole, FigurePaper.Always, figures => figures.DueSessions),
        new("attendedSessions", FigureKind.Whole, FigurePaper.Always, figures => figures.AttendedSessions),
        new("workDays", FigureKind.Tenths, FigurePaper.Always, figures => figures.WorkDays),
        new("lateTimes", FigureKind.Whole, FigurePaper.Always, figures => figures.LateTimes),
        new("lateMinutes", FigureKind.Whole, FigurePaper.Always, figures => figures.LateMinutes),
        new("earlyTimes", FigureKind.Whole, FigurePaper.Always, figures => figures.EarlyTimes),
        new("earlyMinutes", FigureKind.Whole, FigurePaper.Always, figures => figures.EarlyMinutes),
        new("missingTaps", FigureKind.Whole, FigurePaper.Always, figures => figures.MissingTaps),
        new("absentSessions", FigureKind.Whole, FigurePaper.Always, figures => figures.AbsentSessions),
        new("excusedAbsentSessions", FigureKind.Whole, FigurePaper.IfAny, figures => figures.ExcusedAbsentSessions),
        new("leaveSessions", FigureKind.Whole, FigurePaper.Always, figures => figures.LeaveSessions),
        new("outsideTimes", FigureKind.Whole, FigurePaper.Never, figures => figures.OutsideTimes),
        new("outsideMinutes", FigureKind.Whole, FigurePaper.Always, figures => figures.OutsideMinutes),
        new("forgottenBadge", FigureKind.Whole, FigurePaper.IfAny, figures => figures.ForgottenBadge),
        new("excusedFindings", FigureKind.Whole, FigurePaper.IfAny, figures => figures.ExcusedFindings),
        new("incidentFindings", FigureKind.Whole, FigurePaper.IfAny, figures => figures.IncidentFindings),
        new("handKeptSessions", FigureKind.Whole, FigurePaper.IfAny, figures => figures.HandKeptSessions),
        new("handKeptAttended", FigureKind.Whole, FigurePaper.IfAny, figures => figures.HandKeptAttended),
        new("handKeptAbsent", FigureKind.Whole, FigurePaper.IfAny, figures => figures.HandKeptAbsent),
        new("handKeptPending", FigureKind.Whole, FigurePaper.IfAny, figures => figures.HandKeptPending),
        new("pendingSessions", FigureKind.Whole, FigurePaper.Always, figures => figures.PendingSessions),
        new("provisionalFindings", FigureKind.Whole, FigurePaper.Never, figures => figures.ProvisionalFindings),
        new("unscheduledDays", FigureKind.Whole, FigurePaper.Always, figures => figures.UnscheduledDays),
        new("workedMinutes", FigureKind.Whole, FigurePaper.Never, figures => figures.WorkedMinutes),
        new("presentMinutes", FigureKind.Whole, FigurePaper.Never, figures => figures.PresentMinutes),
        new("attendanceRate", FigureKind.Share, FigurePaper.Always, figures => Share(figures.AttendanceRate)),
        new("punctualityRate", FigureKind.Share, FigurePaper.Always, figures => Share(figures.PunctualityRate)),
    ];

    /// <summary>Those with a column on paper: what hardly any period has is left out where nobody has it.</summary>
    public static IReadOnlyList<Figure> OnPaper(SummaryResult summary) =>
        [.. All.Where(figure => figure.Paper == FigurePaper.Always || (figure.Paper == FigurePaper.IfAny && figure.Of(summary.Total) > 0))];

    /// <summary>Four decimals are more than a month of any agency can tell apart on paper.</summary>
    private static decimal? Share(double? share) => share is { } value ? Math.Round((decimal)value, 4) : null;
}
