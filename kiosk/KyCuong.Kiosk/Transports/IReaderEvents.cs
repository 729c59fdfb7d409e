using KyCuong.Readers;

namespace KyCuong.Kiosk.Transports;

/// <summary>
/// What one reader reports. Called on the loop's own thread, one call at a time; the reader's bytes wait meanwhile, so hand over
/// and return. An exception from here is a mistake of ours or a dead journal: it ends the loop and is not swallowed.
/// Times are <see cref="MonotonicClock.Microseconds"/> of the loop's clock.
/// </summary>
public interface IReaderEvents
{
    /// <summary>A credential was presented: once a presence, stamped with the arrival of its first byte.</summary>
    public void Tap(RawRead read);

    /// <summary>True when it is an active badge of known staff: beside another card it is the one that is meant.</summary>
    public bool IsKnown(RawRead read);

    /// <summary>Something came that is no credential: keep it and tell the officer. Already limited by <see cref="RefusalBudget"/>.</summary>
    public void Refused(RefusedRead refused);

    /// <summary>Once more than the budget keeps singly: tell the officer, who stands there all the same; it is only counted.</summary>
    public void RefusedAgain(RefusedRead refused);

    /// <summary>What was only counted, as one, when its minute has ended: keep it. Nobody stands there any more to be told.</summary>
    public void RefusalsCounted(RefusedRead refused);

    /// <summary>The reader does not work since <paramref name="at"/>; said once, until <see cref="Ready"/> or until the kind of fault changes.</summary>
    /// <param name="fault">What kind.</param>
    /// <param name="what">One sentence for the operator: what, where, what to do. English; holds no credential.</param>
    /// <param name="at">Monotonic microseconds.</param>
    public void Faulted(ReaderFault fault, string what, long at);

    /// <summary>The reader works: said at the first success and after each fault.</summary>
    public void Ready(long at);
}
