namespace KyCuong.Rules;

/// <summary>A person's place in a queue: their first tap in it.</summary>
/// <param name="Staff">The person; below 0, a number for each badge, where nobody is known to hold the badge that was presented.</param>
/// <param name="Tap">The tap.</param>
public readonly record struct QueuePlace(long Staff, Tap Tap);

/// <summary>
/// People who tapped at one reader one right after another (see <see cref="QueueBook"/>). Immutable.
/// </summary>
/// <param name="Kiosk">The store's kiosk id.</param>
/// <param name="Places">In order of their taps, each person once; never empty.</param>
public sealed record TapQueue(long Kiosk, string Reader, IReadOnlyList<QueuePlace> Places)
{
    /// <summary>The first tap.</summary>
    public Instant Start => Places[0].Tap.At;

    /// <summary>The first tap of the last person.</summary>
    public Instant End => Places[^1].Tap.At;

    /// <summary>How many of the places are badges that nobody is known to hold.</summary>
    public int UnknownBadges => Places.Count(place => place.Staff < 0);
}

/// <summary>A late arrival at the end of a wait: the queue had begun while the person would still have been in time.</summary>
/// <param name="Before">How many people tapped before in the queue, 1 or more.</param>
public sealed record QueuedArrival(LateTap Late, TapQueue Queue, int Before)
{
    /// <summary>How far past the limit the tap was, whole seconds.</summary>
    public long SecondsPastLimit => (Late.Tap.At.Micros - Late.Limit.Micros) / Instant.PerSecond;
}
