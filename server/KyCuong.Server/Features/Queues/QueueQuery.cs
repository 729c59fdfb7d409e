using KyCuong.Rules;
using KyCuong.Server.Judging;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Queues;

/// <summary>Somebody who came late out of a queue.</summary>
/// <param name="Date">Date of the shift.</param>
internal sealed record QueuedPerson(PersonData Person, DateOnly Date, QueuedArrival Arrival);

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
    public static async Task<QueueAnswer> RunAsync(ServerStore store, string? agencyCode, (DateOnly From, DateOnly To) dates, TimeProvider time, CancellationToken cancel)
    {
        await using var db = store.NewReader();
        var agency = await AgencyData.LoadAsync(db, agencyCode, dates, cancel);
        await using var session = store.OpenReader();
        var now = Instant.From(time.GetUtcNow());
        var people = new List<QueuedPerson>();
        for (var from = dates.From; from <= dates.To; from = from.AddDays(Stretch))
        {
            cancel.ThrowIfCancellationRequested();
            var to = from.AddDays(Stretch - 1);
            people.AddRange(Stretched(session, agency, from, to < dates.To ? to : dates.To, now));
        }

        // A queue over midnight may be met in two stretches: it is known by its first tap.
        return new QueueAnswer(
            agency, dates.From, dates.To,
            [.. people.GroupBy(one => one.Arrival.Queue.Places[0].Tap.Key)
                .Select(queue => new GateQueue(queue.First().Arrival.Queue, [.. queue.OrderBy(one => one.Arrival.Before)]))
                .OrderBy(queue => queue.Queue.Start.Micros).ThenBy(queue => queue.Queue.Kiosk).ThenBy(queue => queue.Queue.Reader, StringComparer.Ordinal)]);
    }

    private static IEnumerable<QueuedPerson> Stretched(StoreSession session, AgencyData agency, DateOnly from, DateOnly to, Instant now)
    {
        var assessor = new PersonAssessor(agency.Rules);
        var taps = PersonTaps.Read(session, agency, assessor.TapRange(from, to), null);
        var late = new List<(PersonData Person, DateOnly Date, LateTap Late)>();
        foreach (var person in agency.People)
            foreach (var verdict in assessor.Judge(person.Record, from, to, taps.Of(person.Row.StaffId), now))
                late.AddRange(LateTap.Of(verdict).Select(one => (person, verdict.Date, one)));
        var queues = GateQueues.Of(taps, [.. late.Select(one => one.Late)]);
        return late.Select(one => (one.Person, one.Date, Arrival: queues.Of(one.Late))).Where(one => one.Arrival is not null)
            .Select(one => new QueuedPerson(one.Person, one.Date, one.Arrival!));
    }
}
