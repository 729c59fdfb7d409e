using KyCuong.Rules;
using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Apply;

/// <summary>
/// Reports schedules that a file would make overlap for somebody, each pair once at the place in the file to mend; pairs that
/// the file says nothing of are left. Pure.
/// </summary>
internal static class SessionOverlaps
{
    /// <summary>Looks at everybody.</summary>
    /// <param name="notes">Takes pairs that fit, of which the later would take the taps with which people end the earlier.</param>
    public static void Check(ApplyOutlook outlook, ProblemList problems, List<ApplyNote> notes)
    {
        var reported = new HashSet<(SourceNode, string, string, bool)>();
        // Whoever has nothing of their own works as their unit does, and without a unit as the agency.
        foreach (var unit in outlook.UnitCodes.Keys.Append(0))
            Report(outlook.UnitCodes.GetValueOrDefault(unit) ?? "", ShiftClashes.Of(outlook.Book, outlook.Units, outlook.Calendar, 0, _ => unit, [unit], []));
        foreach (var staff in outlook.Assignments.Select(one => one.Staff).OfType<long>().Distinct())
        {
            var postings = outlook.Postings(staff).ToList();
            Report(outlook.StaffCodes[staff], ShiftClashes.Of(
                outlook.Book, outlook.Units, outlook.Calendar, staff, date => outlook.UnitOf(staff, date), postings.Select(posting => posting.UnitId), postings.Select(posting => posting.FromDate)));
        }

        void Report(string shown, IEnumerable<ShiftClash> clashes)
        {
            foreach (var clash in clashes)
            {
                var (earlier, later) = (clash.Earlier.Schedule.Code, clash.Later.Schedule.Code);
                if (Node(outlook, clash) is not { } node || !reported.Add((node, earlier, later, clash.Overlap))) continue;
                if (clash.Overlap) problems.Add(node.Line, node.Path, shown, ApplyText.Get("assignment.overlap", earlier, later, Grammar.Date(clash.Date)));
                else notes.Add(new ApplyNote(node.Line, node.Path, ApplyText.Get("assignment.takesDeparture", later, earlier, Grammar.Date(clash.Date), clash.MostOpensBefore)));
            }
        }
    }

    /// <summary>A place in the file to mend: an assignment, else a version; null: the file has nothing to do with it.</summary>
    private static SourceNode? Node(ApplyOutlook outlook, ShiftClash clash) =>
        outlook.Declared(clash.Earlier.Assignment)?.Node ?? outlook.Declared(clash.Later.Assignment)?.Node
        ?? outlook.Declared(clash.Earlier.Schedule)?.Node ?? outlook.Declared(clash.Later.Schedule)?.Node;
}
