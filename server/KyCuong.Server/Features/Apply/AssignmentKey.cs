using System.Text.Json;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// What makes two assignments the same one, so that declaring it again changes nothing: the target, the schedule, the
/// start, the mode and the dates. Only its end may be declared anew. Dates belong to the key, so that next month's duty
/// file adds to this month's instead of wiping it.
/// </summary>
internal readonly record struct AssignmentKey(string? Unit, string? Staff, string Schedule, DateOnly? From, bool Adds, string? Dates)
{
    public static AssignmentKey Of(AssignmentDeclaration assignment) =>
        new(assignment.Unit, assignment.Staff, assignment.Schedule, assignment.From, assignment.Adds, DatesText(assignment.Dates));

    /// <summary>A JSON array as the store keeps it, or null for every date.</summary>
    public static string? DatesText(IReadOnlyList<DateOnly>? dates) => dates is null ? null : JsonSerializer.Serialize(dates.Select(Grammar.Date));
}
