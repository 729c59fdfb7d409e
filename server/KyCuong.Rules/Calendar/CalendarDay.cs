namespace KyCuong.Rules;

/// <summary>What the calendar says of a date, apart from any schedule.</summary>
public enum CalendarKind : byte
{
    /// <summary>Nothing: the schedule's days of the week decide.</summary>
    Ordinary,
    /// <summary>Off by an explicit notice.</summary>
    Notice,
    /// <summary>Public holiday by law.</summary>
    Statutory,
    /// <summary>Made up for a public holiday on a weekly rest day (Labour Code art. 111(3)).</summary>
    MakeUp,
    /// <summary>Off, in exchange for another day.</summary>
    SwapOff,
    /// <summary>A rest day worked in exchange; it follows the weekday pattern of the day it replaces.</summary>
    SwapWorked,
    /// <summary>Worked by an explicit notice without a pair.</summary>
    NoticeWorked,
}

/// <summary>The status of a date and its reason.</summary>
/// <param name="Name">Name of the holiday; null: none.</param>
/// <param name="Source">Number of the notice or law; null: the weekly pattern, or not recorded.</param>
/// <param name="Other">The day made up for, or the other half of a swap.</param>
/// <param name="Awaits">The holiday of which the yearly notice may make this date off ("chờ thông báo"); null: no notice is awaited for it.</param>
public sealed record CalendarDay(DateOnly Date, CalendarKind Kind, string? Name = null, string? Source = null, DateOnly? Other = null, string? Awaits = null)
{
    public bool IsOff => Kind is CalendarKind.Notice or CalendarKind.Statutory or CalendarKind.MakeUp or CalendarKind.SwapOff;

    public bool IsWorkedByNotice => Kind is CalendarKind.SwapWorked or CalendarKind.NoticeWorked;

    /// <summary>The day of the week whose pattern the date follows.</summary>
    public DayOfWeek Pattern => Kind == CalendarKind.SwapWorked && Other is { } replaced ? replaced.DayOfWeek : Date.DayOfWeek;
}
