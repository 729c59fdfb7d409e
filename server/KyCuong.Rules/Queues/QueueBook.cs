namespace KyCuong.Rules;

/// <summary>
/// Queues at readers ("xếp hàng qua giờ"): a run of taps of different people at one reader, each at most
/// <see cref="GapSeconds"/> after the one before. Where such a run begins at or before somebody's limit and brings that person's
/// late tap, the person may have stood in line in time. It says so and changes no verdict: people decide. Immutable.
/// </summary>
/// <remarks>
/// A tap of somebody who is already in the run neither counts nor prolongs it: nobody holds a queue open by tapping again.
/// Only the first tap in the run can be a late arrival out of it: who had tapped there before did not stand in line. Imported
/// taps make no queue, for whose gate they were is not known. A badge that nobody is known to hold was in somebody's hand all the
/// same: each counts as one person, once, and is told apart; who showed a wrong card first and then the own counts twice. Instants are corrected ones; where the clock leaves open whether
/// the run began before the limit, it did (reliability D14).
/// </remarks>
public sealed class QueueBook
{
    /// <summary>
    /// People in line tap this close to one another. An answer at the gate is there within a second and the next badge within a
    /// few; past ten seconds nobody was waiting.
    /// </summary>
    public const int GapSeconds = 10;

    private readonly Dictionary<TapKey, (TapQueue Queue, int Place)> _places = [];

    /// <summary>The queues that these taps make.</summary>
    /// <param name="taps">All taps of all people at the readers asked about, in any order, from long enough before.</param>
    public QueueBook(IEnumerable<QueuePlace> taps)
    {
        foreach (var reader in taps.Where(place => place.Tap.Kiosk != 0).GroupBy(place => (place.Tap.Kiosk, place.Tap.Reader)))
        {
            var run = new List<QueuePlace>();
            var people = new HashSet<long>();
            foreach (var place in reader.Order(InOrder))
            {
                if (run.Count > 0 && place.Tap.At.Micros - run[^1].Tap.At.Micros > GapSeconds * Instant.PerSecond)
                {
                    Keep(run);
                    run.Clear();
                    people.Clear();
                }

                if (people.Add(place.Staff))
                    run.Add(place);
            }

            Keep(run);
        }
    }

    private static IComparer<QueuePlace> InOrder { get; } = Comparer<QueuePlace>.Create(static (a, b) =>
        Tap.Compare(a.Tap, b.Tap) is var order && order != 0 ? order : a.Staff.CompareTo(b.Staff));

    /// <summary>The queue that a late arrival came out of; null: none, or it began when the person was late already.</summary>
    public QueuedArrival? Of(in LateTap late)
    {
        if (!_places.TryGetValue(late.Tap.Key, out var at) || at.Place == 0)
            return null;
        var first = at.Queue.Places[0].Tap;
        return first.At.Micros - first.UncertaintyMicros <= late.Limit.Micros ? new QueuedArrival(late, at.Queue, at.Place) : null;
    }

    private void Keep(List<QueuePlace> run)
    {
        if (run.Count < 2)
            return;
        var queue = new TapQueue(run[0].Tap.Kiosk, run[0].Tap.Reader, [.. run]);
        for (int i = 0; i < run.Count; i++)
            _places.Add(run[i].Tap.Key, (queue, i));
    }
}
