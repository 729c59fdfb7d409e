using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;

namespace KyCuong.Server.Features.Imports;

/// <summary>One row of a leave file that is right by itself.</summary>
/// <param name="GaveEntered">The file itself says when it was entered.</param>
internal sealed record LeaveFileRow(int Line, PersonData Person, LeaveEntry Entry, bool GaveEntered);

/// <summary>Reads rows of a leave file and checks each by itself: its words, its dates, the person's postings and hours.</summary>
internal sealed class LeaveRowReader(AgencyData agency, TableFile table, long nowUs, ProblemList problems)
{
    private const int LongestDocument = 120;

    /// <summary>Days in one entry: five years. A longer one is a year mistyped.</summary>
    private const int MostDays = 1_827;

    /// <summary>The row, or null when something is wrong, which goes to the list.</summary>
    public LeaveFileRow? Read(TableRow tableRow)
    {
        var before = problems.Count;
        var row = new RowReader(table, tableRow, problems);
        var person = Person(row);
        var from = row.Date("from", required: true);
        // One day is written once.
        var to = row.Raw("to") is null ? from : row.Date("to");
        if (to < from) row.Refuse<string>("to", Grammar.Date(to!.Value), ImportText.Get("range.reversed", Grammar.Date(from!.Value)));
        var kind = Kind(row);
        var part = Part(row);
        var document = row.Text("document", required: false, LongestDocument);
        var entered = Moment(row, "entered_at");
        var approved = Moment(row, "approved_at");
        if (problems.Count > before || person is null || from is null || to is null || kind is null || part is null) return null;

        var entry = new LeaveEntry(from.Value, to.Value, part.Value, kind.Value, entered ?? new Instant(nowUs), approved, document);
        CheckDates(row, person, entry);
        CheckPart(row, person, entry);
        return problems.Count > before ? null : new LeaveFileRow(row.Line, person, entry, entered is not null);
    }

    private PersonData? Person(RowReader row)
    {
        if (row.Raw("staff_code", required: true) is not { } code) return null;
        return agency.FindPerson(code) ?? row.Refuse<PersonData>("staff_code", code, ImportText.Get("leave.staff"));
    }

    private static LeaveKind? Kind(RowReader row)
    {
        if (row.Raw("kind", required: true) is not { } word) return null;
        if (LeaveKinds.TryParse(word, out var kind)) return kind;
        row.Refuse<string>("kind", word, ImportText.Get("leave.kind", string.Join(", ", LeaveKinds.All)));
        return null;
    }

    private static LeavePart? Part(RowReader row)
    {
        if (row.Raw("part") is not { } text) return new LeavePart(LeavePartKind.Day);
        if (LeavePart.TryParse(text, out var part)) return part;
        row.Refuse<string>("part", text, ImportText.Get("leave.part", LeavePart.MostMinutes));
        return null;
    }

    private Instant? Moment(RowReader row, string column)
    {
        if (row.Raw(column) is not { } text) return null;
        if (MomentGrammar.Parse(text, agency.Zone, out var moment) is not MomentFault.None and var fault)
            row.Refuse<string>(column, text, fault == MomentFault.Malformed ? FormatText.Get("value.moment") : FormatText.Get(fault == MomentFault.Skipped ? "value.momentSkipped" : "value.momentTwice", agency.Zone.Id));
        else if (moment.Micros > nowUs) row.Refuse<string>(column, text, ImportText.Get("leave.future"));
        return moment;
    }

    private static void CheckDates(RowReader row, PersonData person, LeaveEntry entry)
    {
        if (entry.To.DayNumber - entry.From.DayNumber >= MostDays)
            row.Refuse<string>("to", Grammar.Date(entry.To), ImportText.Get("leave.long", MostDays));
        else if (person.LastIn(entry.From, entry.To) is null)
            row.Refuse<string>("from", Grammar.Date(entry.From), ImportText.Get("leave.noPosting", Postings(person)));
    }

    private static string Postings(PersonData person) => person.Postings.Count == 0
        ? "–"
        : string.Join(", ", person.Postings.Select(posting => $"{Grammar.Date(posting.FromDate)} – {(posting.ToDate is { } to ? Grammar.Date(to) : "…")}"));

    private void CheckPart(RowReader row, PersonData person, LeaveEntry entry)
    {
        var part = entry.Part.ToString();
        if (entry.Part.IsReduction != (entry.Kind == LeaveKind.Reduction))
            row.Refuse<string>("part", part, ImportText.Get(entry.Part.IsReduction ? "leave.partOfReduction" : "leave.reductionPart", entry.Kind.Word()));
        else if (entry.Kind is LeaveKind.Pass or LeaveKind.LatePermit && entry.Part.Kind == LeavePartKind.Day)
            row.Refuse<string>("part", part, ImportText.Get("leave.wholeDay", entry.Kind.Word()));
        else if (entry.To.DayNumber - entry.From.DayNumber < MostDays && ReductionCheck.FirstProblem(agency.Rules, person.Record, entry) is { } problem)
            row.Refuse<string>("part", part, ImportText.Get($"leave.tooLong.{entry.Part.Kind}", problem.Minutes, problem.Schedule, Grammar.Date(problem.Date)));
    }
}
