using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store.Log;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Summaries;

/// <summary>A person's row: figures in all and by unit; the unit is the one of the last day.</summary>
internal sealed record PersonLine(PersonData Person, UnitRow Unit, PostingRow Posting, PersonPeriod Period);

/// <summary>A unit's row: the days spent in the unit itself, and how many people spent them.</summary>
internal sealed record UnitLine(UnitRow Unit, int People, PeriodFigures Figures);

/// <summary>A head's row: the days of the units answered for; the name is the code's where the person is not known.</summary>
internal sealed record HeadLine(string Code, string Name, IReadOnlyList<UnitRow> Units, PeriodFigures Figures);

/// <summary>A kiosk that may still hold taps of the period.</summary>
internal sealed record WaitedKiosk(KioskRow Kiosk, Instant KnownUntil);

/// <summary>The summary of a period, ready to be written in any form. Immutable by convention.</summary>
/// <param name="Agency">Whose.</param>
/// <param name="Period">Of when.</param>
/// <param name="Top">Only this unit and those below it; null: the agency.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="People">By unit, then by given name in Vietnamese order.</param>
/// <param name="Units">By code, those with days only.</param>
/// <param name="Heads">By code.</param>
/// <param name="Total">Of everything.</param>
/// <param name="Schedules">Versions met, by code and start.</param>
/// <param name="WaitedFor">Kiosks that may still hold taps of the period, by code.</param>
/// <param name="LogHead">Where the server's log ended before the taps were read: whoever keeps the summary keeps a witness.</param>
internal sealed record SummaryResult(
    AgencyData Agency, Period Period, UnitRow? Top, Instant MadeAt, IReadOnlyList<PersonLine> People, IReadOnlyList<UnitLine> Units, IReadOnlyList<HeadLine> Heads, PeriodFigures Total,
    IReadOnlyList<WorkSchedule> Schedules, IReadOnlyList<WaitedKiosk> WaitedFor, LogHead LogHead)
{
    /// <summary>Working days of the period that a notice not yet known may make off ("chờ thông báo").</summary>
    public IReadOnlyList<CalendarDay> Awaited { get; } = [.. Agency.Rules.Calendar.Awaited(Period.From, Period.To)];

    /// <summary>A unit with all units below it.</summary>
    public PeriodFigures Subtree(UnitRow unit)
    {
        var sum = new PeriodFigures();
        foreach (var line in Units.Where(line => Agency.Rules.Units.Within(line.Unit.UnitId, unit.UnitId))) sum.Add(line.Figures);
        return sum;
    }

    /// <summary>Nothing that may still come can change it.</summary>
    public bool IsFinal => OpenSessions == 0 && Total.ProvisionalFindings == 0;

    /// <summary>Sessions of which not all is known yet: taps to come, or the timekeeper and the head.</summary>
    public long OpenSessions => Total.PendingSessions + Total.HandKeptPending;

    /// <summary>Puts the threads' parts together.</summary>
    public static SummaryResult Of(AgencyData agency, Period period, UnitRow? top, Instant now, IReadOnlyList<PersonData> people, IReadOnlyList<PeriodSummary> parts, HeadFigures heads, LogHead logHead)
    {
        var total = new PeriodFigures();
        var units = new Dictionary<long, (int People, PeriodFigures Figures)>();
        var lines = new List<PersonLine>(people.Count);
        var byId = people.ToDictionary(person => person.Row.StaffId);
        foreach (var part in parts)
        {
            total.Add(part.Agency);
            foreach (var (unit, figures) in part.Units)
            {
                if (!units.TryGetValue(unit, out var sum)) units[unit] = sum = (0, new PeriodFigures());
                sum.Figures.Add(figures);
            }

            foreach (var person in part.People.Values)
            {
                foreach (var (unit, _) in person.ByUnit) units[unit] = (units[unit].People + 1, units[unit].Figures);
                var data = byId[person.Staff];
                var last = person.LastUnit!.Value;
                lines.Add(new PersonLine(data, agency.UnitsById[last], data.Postings.Last(posting => posting.UnitId == last && posting.FromDate <= period.To), person));
            }
        }

        return new SummaryResult(
            agency, period, top, now,
            [.. lines.OrderBy(line => line.Unit.UnitId).ThenBy(line => line.Person.Row.NameSort, ByBytes).ThenBy(line => line.Person.Row.Code, StringComparer.Ordinal)],
            [.. agency.Units.Where(unit => units.ContainsKey(unit.UnitId)).Select(unit => new UnitLine(unit, units[unit.UnitId].People, units[unit.UnitId].Figures))],
            [.. heads.ByHead.OrderBy(head => head.Key, StringComparer.Ordinal).Select(head => new HeadLine(
                head.Key, agency.NameOf(head.Key), [.. agency.Units.Where(unit => head.Value.Units.Contains(unit.UnitId))], head.Value.Figures))],
            total,
            [.. parts.SelectMany(part => part.Schedules).Distinct(ReferenceEqualityComparer.Instance).Cast<WorkSchedule>().OrderBy(version => version.Code, StringComparer.Ordinal).ThenBy(version => version.From)],
            Waited(agency, period, top, now), logHead);
    }

    private static readonly Comparer<byte[]> ByBytes = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    /// <summary>Kiosks that may hold a tap from the period's first window to now or its last.</summary>
    private static List<WaitedKiosk> Waited(AgencyData agency, Period period, UnitRow? top, Instant now)
    {
        var (from, to) = new PersonAssessor(agency.Rules).TapRange(period.From, period.To);
        if (now < to) to = now;
        return [.. agency.Rules.Kiosks.All
            .Where(kiosk => kiosk.MayLack(from, to, lost: false) && (top is null || kiosk.Unit is not { } serves || agency.Rules.Units.Within(top.UnitId, serves) || agency.Rules.Units.Within(serves, top.UnitId)))
            .Select(kiosk => new WaitedKiosk(agency.KiosksById[kiosk.Kiosk], kiosk.SettledUntil))];
    }
}
