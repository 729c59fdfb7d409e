using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>What an apply file declares, value by value checked, not yet compared with the store. Immutable.</summary>
internal sealed record ApplyFile(
    AgencyDeclaration? Agency,
    IReadOnlyList<UnitDeclaration> Units,
    IReadOnlyList<ScheduleDeclaration> Schedules,
    IReadOnlyList<AssignmentDeclaration> Assignments,
    IReadOnlyList<HolidayDeclaration> Holidays,
    IReadOnlyList<SwapDeclaration> Swaps,
    IReadOnlySet<string> MentionedUnits,
    IReadOnlySet<string> MentionedSchedules);

/// <summary>A key that may be left out: what is left out stays as it is in the store.</summary>
internal readonly record struct Given<T>(bool Is, T Value)
{
    public T Or(T stored) => Is ? Value : stored;
}

/// <summary>The agency.</summary>
internal sealed record AgencyDeclaration(SourceNode Node, string Code, string? Name, Given<string?> Superior, string? TimeZone, IReadOnlyList<DayOfWeek>? RestDays);

/// <summary>A unit; parent and head are codes.</summary>
internal sealed record UnitDeclaration(SourceNode Node, string Code, string Name, Given<string?> Parent, Given<string?> Head);

/// <summary>One version of a schedule.</summary>
internal sealed record ScheduleDeclaration(SourceNode Node, WorkSchedule Schedule);

/// <summary>Who works by which schedule; neither unit nor staff: the agency.</summary>
internal sealed record AssignmentDeclaration(
    SourceNode Node, string? Unit, string? Staff, string Schedule, DateOnly? From, DateOnly? To, bool Adds, IReadOnlyList<DateOnly>? Dates);

/// <summary>A day off by the agency's own notice.</summary>
internal sealed record HolidayDeclaration(SourceNode Node, DateOnly Date, string Name, string? Notice);

/// <summary>A working day exchanged for a rest day.</summary>
internal sealed record SwapDeclaration(SourceNode Node, DateOnly Off, DateOnly Worked, string? Notice);
