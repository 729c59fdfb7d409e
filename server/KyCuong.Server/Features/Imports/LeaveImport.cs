using KyCuong.Rules;
using KyCuong.Server.Formats;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Erasures;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Features.Imports;

/// <summary>
/// Leave, trips, passes, permits and reductions. It only adds: a leave is told apart by person, dates, part, kind and
/// document, and the same again changes nothing, its instants neither. What was withdrawn stays withdrawn.
/// </summary>
internal sealed class LeaveImport(KyCuongDb db, AgencyData agency, TableFile table, long nowUs, ProblemList problems)
{
    public static readonly string[] Required = ["staff_code", "from", "kind"];
    public static readonly string[] Optional = ["to", "part", "document", "entered_at", "approved_at"];

    /// <summary>Entries of one person in force at once: more is no person's leave.</summary>
    private const int MostOfPerson = 2_000;

    private readonly List<ImportNote> _notes = [];

    /// <summary>Rows that were taken though somebody should look at them.</summary>
    public IReadOnlyList<ImportNote> Notes => _notes;

    /// <summary>Checks all rows against each other and the store. With problems in the list the answer means nothing.</summary>
    public async Task<LeaveImportPlan> CheckAsync(CancellationToken cancel)
    {
        var stored = (await db.Leave.AsNoTracking().Where(row => row.AgencyId == agency.Row.AgencyId).OrderBy(row => row.LeaveId).ToListAsync(cancel)).ToLookup(row => row.StaffId);
        var reader = new LeaveRowReader(agency, table, nowUs, problems);
        var rows = table.Rows.Select(row => reader.Read(row)).OfType<LeaveFileRow>().ToList();
        if (await ErasedBefore.OfAsync(db, agency.Row.AgencyId, ErasureKind.Leave, cancel) is { } kept)
            foreach (var row in rows.Where(row => row.Entry.To < kept)) problems.Add(row.Line, "from", Grammar.Date(row.Entry.From), ImportText.Get("erasedBefore", kept));
        var added = new List<LeaveFileRow>();
        foreach (var person in rows.GroupBy(row => row.Person)) Check(person.Key, [.. person], [.. stored[person.Key.Row.StaffId]], added);
        return new LeaveImportPlan(rows.Count, added);
    }

    private void Check(PersonData person, List<LeaveFileRow> rows, List<LeaveRow> stored, List<LeaveFileRow> added)
    {
        var standing = stored.Where(row => row.WithdrawnUs is null).Select(row => new Standing(LeaveRecords.EntryOf(row), 0, row.LeaveId)).ToList();
        foreach (var row in rows)
        {
            if (KnownAlready(row, stored, standing)) continue;
            if (standing.Count >= MostOfPerson)
            {
                problems.Add(row.Line, "staff_code", person.Row.Code, ImportText.Get("leave.tooMany", MostOfPerson));
                return;
            }

            foreach (var other in standing) Compare(row, other);
            standing.Add(new Standing(row.Entry, row.Line, 0));
            added.Add(row);
        }
    }

    /// <summary>One that counts: of the store (its number) or of an earlier line.</summary>
    private readonly record struct Standing(LeaveEntry Entry, int Line, long LeaveId)
    {
        public string Named => LeaveId > 0 ? ImportText.Get("leave.stored", LeaveId) : ImportText.Get("leave.line", Line);
    }

    private bool KnownAlready(LeaveFileRow row, List<LeaveRow> stored, List<Standing> standing)
    {
        var entry = row.Entry;
        foreach (var other in standing)
        {
            if (!SameLeave(entry, other.Entry)) continue;
            if (entry.Document is not null && entry.Document != other.Entry.Document)
                problems.Add(row.Line, "document", entry.Document, ImportText.Get("leave.otherDocument", other.Named, other.Entry.Document ?? "–"));
            else if (row.GaveEntered && entry.EnteredAt != other.Entry.EnteredAt)
                problems.Add(row.Line, "entered_at", MomentGrammar.Write(entry.EnteredAt, agency.Zone), ImportText.Get("leave.otherMoment", other.Named, MomentGrammar.Write(other.Entry.EnteredAt, agency.Zone)));
            else if (entry.ApprovedAt is { } approved && approved != other.Entry.ApprovedAt)
                problems.Add(row.Line, "approved_at", MomentGrammar.Write(approved, agency.Zone),
                    ImportText.Get("leave.otherMoment", other.Named, other.Entry.ApprovedAt is { } before ? MomentGrammar.Write(before, agency.Zone) : "–"));
            return true;
        }

        if (stored.Find(other => other.WithdrawnUs is not null && SameLeave(entry, LeaveRecords.EntryOf(other)) && other.Document == entry.Document) is not { } withdrawn) return false;
        _notes.Add(new ImportNote(row.Line, ImportText.Get("leave.withdrawn", withdrawn.LeaveId, withdrawn.WithdrawnDocument)));
        return true;
    }

    private static bool SameLeave(LeaveEntry a, LeaveEntry b) => a.From == b.From && a.To == b.To && a.Part == b.Part && a.Kind == b.Kind;

    private void Compare(LeaveFileRow row, Standing other)
    {
        switch (LeaveConflict.Between(row.Entry, other.Entry))
        {
            case LeaveRelation.ReductionTwice:
                problems.Add(row.Line, "part", row.Entry.Part.ToString(), ImportText.Get("leave.reductionTwice", other.Named, Dates(other.Entry)));
                break;
            // Of one instant, of the same time and of two kinds: nobody can tell which is meant.
            case LeaveRelation.Overlapping when row.Entry.EnteredAt == other.Entry.EnteredAt && row.Entry.Part == other.Entry.Part && row.Entry.From == other.Entry.From && row.Entry.To == other.Entry.To:
                problems.Add(row.Line, "kind", row.Entry.Kind.Word(), ImportText.Get("leave.contradicts", other.Named, other.Entry.Kind.Word(), other.Entry.Part, Dates(other.Entry)));
                break;
            case LeaveRelation.Overlapping:
                var counts = LeaveOrder.Compare(row.Entry, other.Entry) > 0 ? row.Entry : other.Entry;
                _notes.Add(new ImportNote(row.Line, ImportText.Get("leave.overlaps", other.Named, other.Entry.Kind.Word(), other.Entry.Part, Dates(other.Entry), counts.Kind.Word())));
                break;
            default:
                break;
        }
    }

    private static string Dates(LeaveEntry entry) =>
        entry.From == entry.To ? Grammar.Date(entry.From) : $"{Grammar.Date(entry.From)} – {Grammar.Date(entry.To)}";
}

/// <summary>What an import of leave will write: the rows of the file that are new.</summary>
internal sealed record LeaveImportPlan(int Rows, IReadOnlyList<LeaveFileRow> Added)
{
    /// <summary>Writes the new rows under the note of their import. The caller commits.</summary>
    public async Task<ImportCounts> WriteAsync(KyCuongDb db, ImportRow record, CancellationToken cancel)
    {
        foreach (var (line, person, entry, _) in Added)
            db.Leave.Add(new LeaveRow
            {
                AgencyId = record.AgencyId,
                StaffId = person.Row.StaffId,
                ImportId = record.ImportId,
                Line = line,
                FromDate = entry.From,
                ToDate = entry.To,
                Part = entry.Part.ToString(),
                Kind = entry.Kind.Word(),
                Document = entry.Document,
                EnteredUs = entry.EnteredAt.Micros,
                ApprovedUs = entry.ApprovedAt?.Micros,
            });
        await db.SaveChangesAsync(cancel);
        return new ImportCounts(Rows, Added.Count, 0, Rows - Added.Count);
    }
}
