using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Apply;

/// <summary>What an apply file declares, value by value checked, not yet compared with the store. Immutable.</summary>
internal sealed record ApplyFile(
    AgencyDeclaration? Agency,
    IReadOnlyList<UnitDeclaration> Units,
    IReadOnlyList<ScheduleDeclaration> Schedules,
    IReadOnlyList<AssignmentDeclaration> Assignments,
    IReadOnlyList<HolidayDeclaration> Holidays,
    IReadOnlyList<SwapDeclaration> Swaps,
    IReadOnlyList<GateSettingDeclaration> Gate,
    IReadOnlyList<RetentionDeclaration> Retention,
    ApplyRemovals Removed,
    IReadOnlySet<string> MentionedUnits,
    IReadOnlySet<string> MentionedSchedules);

/// <summary>What a file takes back: items with <c>"remove": true</c>.</summary>
internal sealed record ApplyRemovals(
    IReadOnlyList<AssignmentDeclaration> Assignments,
    IReadOnlyList<HolidayDeclaration> Holidays,
    IReadOnlyList<SwapDeclaration> Swaps);

/// <summary>A key that may be left out: what is left out stays as it is in the store.</summary>
internal readonly record struct Given<T>(bool Is, T Value)
{
    public T Or(T stored) => Is ? Value : stored;
}

/// <summary>The agency.</summary>
internal sealed record AgencyDeclaration(SourceNode Node, string Code, string? Name, Given<string?> Superior, string? TimeZone, IReadOnlyList<DayOfWeek>? RestDays);

/// <summary>A unit; parent and head are codes.</summary>
internal sealed record UnitDeclaration(SourceNode Node, string Code, string Name, Given<string?> Parent, Given<string?> Head, IReadOnlyList<HeadDeclaration> Heads);

/// <summary>Who heads the unit from a date on; null: nobody.</summary>
internal sealed record HeadDeclaration(SourceNode Node, DateOnly From, string? Staff, bool Remove);

/// <summary>One version of a schedule.</summary>
internal sealed record ScheduleDeclaration(SourceNode Node, WorkSchedule Schedule);

/// <summary>Who works by which schedule; neither unit nor staff: the agency.</summary>
internal sealed record AssignmentDeclaration(
    SourceNode Node, string? Unit, string? Staff, string Schedule, DateOnly? From, DateOnly? To, bool Adds, IReadOnlyList<DateOnly>? Dates, bool Remove)
{
    /// <summary>For whom, in a report: * is the agency.</summary>
    public string Target => Staff ?? Unit ?? "*";
}

/// <summary>A day off by the agency's own notice.</summary>
/// <param name="Name">Given unless it is removed.</param>
internal sealed record HolidayDeclaration(SourceNode Node, DateOnly Date, string? Name, string? Notice, bool Remove);

/// <summary>A working day exchanged for a rest day.</summary>
/// <param name="Pair">The day worked; given unless it is removed.</param>
internal sealed record SwapDeclaration(SourceNode Node, DateOnly Off, DateOnly? Pair, string? Notice, bool Remove)
{
    /// <summary>The day worked, of a swap that is not removed.</summary>
    public DateOnly Worked => Pair!.Value;
}

/// <summary>A period that the file names, in days.</summary>
internal readonly record struct RetentionDeclaration(string Kind, int Days);

/// <summary>A setting of the gate that the file names.</summary>
internal readonly record struct GateSettingDeclaration(GateSetting Setting, bool On);
