using System.Text.Json;
using KyCuong.Rules;
using KyCuong.Server.Store;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Judging;

/// <summary>What people decided, as the store keeps it and as the rules take it. Immutable once read.</summary>
internal sealed class DecisionRecords
{
    private readonly ILookup<long, FindingDecision> _decisions;
    private readonly ILookup<long, HandKeptSpan> _handKept;
    private readonly ILookup<long, HandKeptMark> _marks;

    private DecisionRecords(ILookup<long, FindingDecision> decisions, ILookup<long, HandKeptSpan> handKept, ILookup<long, HandKeptMark> marks) =>
        (_decisions, _handKept, _marks) = (decisions, handKept, marks);

    /// <summary>Reads what is in force of an agency and touches the dates (null: all of it), of one person or of everybody.</summary>
    public static async Task<DecisionRecords> ReadAsync(KyCuongDb db, long agency, (DateOnly From, DateOnly To)? dates, CancellationToken cancel, long? only = null)
    {
        var (from, to) = dates ?? (DateOnly.MinValue, DateOnly.MaxValue);
        var decisions = await db.FindingDecisions.AsNoTracking().Where(row => row.AgencyId == agency && row.WithdrawnUs == null && row.Date >= from && row.Date <= to && (only == null || row.StaffId == only))
            .OrderBy(row => row.DecisionId).ToListAsync(cancel);
        var handKept = await db.HandKept.AsNoTracking().Where(row => row.AgencyId == agency && row.WithdrawnUs == null && row.FromDate <= to && (row.ToDate == null || row.ToDate >= from) && (only == null || row.StaffId == only))
            .OrderBy(row => row.HandKeptId).ToListAsync(cancel);
        var marks = await db.HandKeptMarks.AsNoTracking().Where(row => row.AgencyId == agency && row.Date >= from && row.Date <= to && (only == null || row.StaffId == only))
            .OrderBy(row => row.MarkId).ToListAsync(cancel);
        return new DecisionRecords(
            decisions.ToLookup(row => row.StaffId, DecisionOf),
            handKept.ToLookup(row => row.StaffId, row => new HandKeptSpan(row.FromDate, row.ToDate, row.Document)),
            marks.ToLookup(row => row.StaffId, row => new HandKeptMark(row.MarkId, row.Date, row.Session, row.Present, row.ConfirmedUs is not null)));
    }

    /// <summary>The incidents of an agency in force that had not ended before a date; null: all.</summary>
    public static async Task<IReadOnlyList<Incident>> IncidentsAsync(KyCuongDb db, long agency, Instant? from, CancellationToken cancel)
    {
        var since = from?.Micros ?? long.MinValue;
        var rows = await db.Incidents.AsNoTracking().Where(row => row.AgencyId == agency && row.WithdrawnUs == null && row.ToUs >= since).OrderBy(row => row.IncidentId).ToListAsync(cancel);
        return [.. rows.Select(row => new Incident(row.IncidentId, new Instant(row.FromUs), new Instant(row.ToUs), row.KioskId, row.UnitId, row.Document))];
    }

    /// <summary>A person's record with what was decided of them.</summary>
    public PersonRecord Of(PersonRecord person) => person with
    {
        Decisions = [.. _decisions[person.Staff]],
        HandKept = [.. _handKept[person.Staff]],
        HandKeptMarks = [.. _marks[person.Staff]],
    };

    /// <summary>The word of a finding's kind in the contract.</summary>
    public static string Word(FindingKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>The kind of that word, exactly; null: there is none.</summary>
    public static FindingKind? KindOf(string word)
    {
        foreach (var kind in Enum.GetValues<FindingKind>())
            if (Word(kind) == word)
                return kind;
        return null;
    }

    private static FindingDecision DecisionOf(FindingDecisionRow row) => new(
        row.DecisionId, row.Date,
        row.Ruling == "excused" ? FindingRuling.Excused : FindingRuling.Confirmed,
        row.ScheduleCode, row.Session,
        row.Finding is null ? null : KindOf(row.Finding) ?? throw new FormatException($"The stored decision {row.DecisionId} is damaged: {row.Finding}."),
        row.Document);
}
