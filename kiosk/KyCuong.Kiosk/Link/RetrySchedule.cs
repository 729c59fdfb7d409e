namespace KyCuong.Kiosk.Link;

/// <summary>Why the link has to be made again.</summary>
public enum LinkFailure
{
    /// <summary>The server is away, or was lost: INTERNAL, UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED and what else passes.</summary>
    Away,

    /// <summary>The server refuses this kiosk: UNAUTHENTICATED, PERMISSION_DENIED. An operator must act.</summary>
    Refused,
}

/// <summary>
/// When to try again: any moment between zero and a bound that doubles with each failure in a row ("full jitter"), so that
/// a hundred kiosks do not come back at once. Pure: chance is an argument. Not thread-safe.
/// </summary>
public sealed class RetrySchedule(TimeSpan first, TimeSpan longest, TimeSpan refused, Random random)
{
    /// <summary>Least wait: a server that takes and drops connections is not asked in a tight loop.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);

    /// <summary>A link that lasted so long served, though it may have had nothing to acknowledge.</summary>
    public static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    private int _failures;

    /// <summary>
    /// A link came to an end. One that served makes the next failure the first again; a welcome alone does not: a server whose disk is full
    /// welcomes everybody and keeps nothing.
    /// </summary>
    /// <param name="acknowledged">It brought an acknowledgement of something new.</param>
    /// <param name="lasted">Since the welcome.</param>
    public void Linked(bool acknowledged, TimeSpan lasted)
    {
        if (acknowledged || lasted >= Lasting) _failures = 0;
    }

    /// <summary>The wait after this failure.</summary>
    public TimeSpan Next(LinkFailure failure)
    {
        // A refusal is waited out at least half its bound: it does not pass by itself.
        if (failure == LinkFailure.Refused) return refused / 2 + refused / 2 * random.NextDouble();
        var bound = Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return TimeSpan.FromTicks(Math.Max(Least.Ticks, (long)(bound * random.NextDouble())));
    }
}
