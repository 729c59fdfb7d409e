using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Queues;

/// <summary>Somebody who came late out of a queue.</summary>
/// <param name="Person">Who.</param>
/// <param name="Date">Date of the shift.</param>
/// <param name="Arrival">The late tap in its queue.</param>
/// <param name="Standing">Whether what was found of it counts.</param>
/// <param name="Document">Of the accepted explanation by which it does not; else null.</param>
internal sealed record QueuedPerson(PersonData Person, DateOnly Date, QueuedArrival Arrival, FindingStanding Standing, string? Document);

/// <summary>A queue and whom it may have made late, by their place in it.</summary>
internal sealed record GateQueue(TapQueue Queue, IReadOnlyList<QueuedPerson> Late);

/// <summary>The queues of a period in order of time.</summary>
internal sealed record QueueAnswer(AgencyData Agency, DateOnly From, DateOnly To, IReadOnlyList<GateQueue> Queues);

/// <summary>Judges the days of a period and finds the queues out of which people came late.</summary>
internal static class QueueQuery
{
    /// <summary>Days judged at a time: their taps are in memory.</summary>
    private const int Stretch = 7;

    /// <summary>The queues of an agency from one date to another, both included.</summary>
    /// <param name="store">Where.</param>
    /// <param name="agencyCode">Which agency; null: the only one.</param>
    /// <param name="dates">Dates of the shifts.</param>
    /// <param name="unit">Only queues that made people of this unit or those below it late, and of the late only those; null: everybody's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<QueueAnswer> RunAsync(
        ServerStore store, string? agencyCode, (DateOnly From, DateOnly To) dates, string? unit, TimeProvider time, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        var agency = await AgencyData.LoadAsync(db, agencyCode, dates, cancel);
        var top = unit is null ? (long?)null : agency.Unit(unit).UnitId;
        await using var session = store.OpenReader();
        var now = Instant.From(time.GetUtcNow());
        var people = new List<QueuedPerson>();
        for (var from = dates.From; from <= dates.To; from = from.AddDays(Stretch))
        {
            cancel.ThrowIfCancellationRequested();
            var to = from.AddDays(Stretch - 1);
            people.AddRange(Stretched(session, agency, from, to < dates.To ? to : dates.To, top, now));
        }

        // A queue over midnight may be met in two stretches: it is known by its first tap.
        return new QueueAnswer(
            agency, dates.From, dates.To,
            [.. people.GroupBy(one => one.Arrival.Queue.Places[0].Tap.Key)
                .Select(queue => new GateQueue(queue.First().Arrival.Queue, [.. queue.OrderBy(one => one.Arrival.Before)]))
                .OrderBy(queue => queue.Queue.Start.Micros).ThenBy(queue => queue.Queue.Kiosk).ThenBy(queue => queue.Queue.Reader, StringComparer.Ordinal)]);
    }

    private static IEnumerable<QueuedPerson> Stretched(StoreSession session, AgencyData agency, DateOnly from, DateOnly to, long? top, Instant now)
    {
        var assessor = new PersonAssessor(agency.Rules);
        var range = assessor.TapRange(from, to);
        var taps = PersonTaps.Read(session, agency, range, null);
        var late = new List<(PersonData Person, ShiftVerdict Verdict, LateTap Late)>();
        foreach (var person in agency.People)
            foreach (var verdict in assessor.Judge(person.Record, from, to, taps.Of(person.Row.StaffId), now))
                if (top is not { } unit || (person.Record.On(verdict.Date) is { } posting && agency.Rules.Units.Within(posting.Unit, unit)))
                    late.AddRange(LateTap.Of(verdict).Select(one => (person, verdict, one)));
        if (late.Count == 0) return [];
        var queues = GateQueues.Of(taps, UnknownTaps.Read(session, agency, range), [.. late.Select(one => one.Late)]);
        return late.Select(one => (one.Person, one.Verdict, Arrival: queues.Of(one.Late))).Where(one => one.Arrival is not null)
            .Select(one => Of(one.Person, one.Verdict, one.Arrival!));
    }

    private static QueuedPerson Of(PersonData person, ShiftVerdict verdict, QueuedArrival arrival)
    {
        // So much lateness may have become absence.
        var finding = verdict.Findings.FirstOrDefault(one => one.Session == arrival.Late.Session && one.Kind is FindingKind.LateArrival or FindingKind.Absence);
        var standing = finding?.Standing ?? FindingStanding.Stands;
        var document = standing == FindingStanding.Excused
            ? verdict.Inputs.Decisions.Where(decision => decision.Concerns(finding!.Session, finding.Kind)).MaxBy(decision => decision.Id)?.Document
            : null;
        return new QueuedPerson(person, verdict.Date, arrival, standing, document);
    }
}
