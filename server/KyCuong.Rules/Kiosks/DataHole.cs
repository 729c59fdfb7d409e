namespace KyCuong.Rules;

/// <summary>A time of which a kiosk's taps are not all in the store, though later ones are (design section 4, holes of a journal).</summary>
/// <param name="From">What the kiosk wrote up to here is known, this instant included.</param>
/// <param name="To">It wrote something at this instant that is known.</param>
/// <param name="Lost">Its disk has lost what was between; false: it may still come.</param>
public readonly record struct DataHole(Instant From, Instant To, bool Lost)
{
    /// <summary>Whether something between two instants, both included, may be missing by it: what was written at its ends is there.</summary>
    public bool Touches(Instant from, Instant to) => From < to && from < To;
}
