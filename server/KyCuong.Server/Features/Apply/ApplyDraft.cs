using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// What the store holds of an agency before an apply file changes it, as rows the store context tracks. Loaded under the
/// write lease, so nothing moves between the check and the writing.
/// </summary>
internal sealed record ApplyDraft(
    AgencyRow? Agency,
    IReadOnlyList<UnitRow> Units,
    IReadOnlyList<UnitHeadRow> Heads,
    IReadOnlyList<ScheduleRow> Schedules,
    IReadOnlyList<AssignmentRow> Assignments,
    IReadOnlyList<HolidayRow> Holidays,
    IReadOnlyList<DaySwapRow> Swaps,
    IReadOnlyDictionary<string, long> Staff,
    ILookup<long, PostingRow> Postings,
    bool HasTaps)
{
    /// <summary>Unit codes by identity.</summary>
    public IReadOnlyDictionary<long, string> UnitCodes { get; } = Units.ToDictionary(unit => unit.UnitId, unit => unit.Code);

    /// <summary>Staff codes by identity.</summary>
    public IReadOnlyDictionary<long, string> StaffCodes { get; } = Staff.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The key of a stored assignment.</summary>
    public AssignmentKey KeyOf(AssignmentRow row) => new(
        row.UnitId is { } unit ? UnitCodes[unit] : null,
        row.StaffId is { } staff ? StaffCodes[staff] : null,
        row.ScheduleCode, row.FromDate, row.Mode == "add", row.Dates);
}
