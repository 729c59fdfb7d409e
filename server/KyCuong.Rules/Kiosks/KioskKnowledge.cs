namespace KyCuong.Rules;

/// <summary>How far one kiosk is known, and for whom it is waited (design section 6, final or provisional).</summary>
/// <param name="Kiosk">The store's kiosk id.</param>
/// <param name="Unit">It serves this unit and those below; null: everyone.</param>
/// <param name="ServesFrom">Enrolment: no tap can be older.</param>
/// <param name="ServesUntil">Retirement: no tap can be younger; null: in service.</param>
/// <param name="KnownUntil">Every tap up to here, inclusive, is in the store.</param>
/// <param name="Lost">Declared lost, or retired with taps missing: what it held after <see cref="KnownUntil"/> will never come.</param>
public sealed record KioskKnowledge(
    long Kiosk,
    long? Unit,
    Instant ServesFrom,
    Instant? ServesUntil,
    Instant KnownUntil,
    bool Lost = false)
{
    /// <summary>Times before <see cref="KnownUntil"/> of which taps are missing all the same, by when they begin.</summary>
    public IReadOnlyList<DataHole> Holes { get; init; } = [];

    /// <summary>Every tap up to here is in the store, or will never come.</summary>
    public Instant SettledUntil
    {
        get
        {
            foreach (var hole in Holes)
                if (!hole.Lost && hole.From < KnownUntil) return hole.From < ServesFrom ? ServesFrom : hole.From;
            return KnownUntil;
        }
    }

    /// <summary>Whether it may hold a tap between the two instants (inclusive) and after <see cref="KnownUntil"/>.</summary>
    public bool MayHold(Instant from, Instant to) =>
        ServesFrom <= to && (ServesUntil is not { } until || from <= until) && KnownUntil < (ServesUntil is { } end && end < to ? end : to);

    /// <summary>Whether there may be a tap of it between the two instants (inclusive) that the store has not.</summary>
    /// <param name="lost">True: one that will never come; false: one that may.</param>
    public bool MayLack(Instant from, Instant to, bool lost)
    {
        if (Lost == lost && MayHold(from, to)) return true;
        for (int i = 0; i < Holes.Count; i++)
            if ((Lost || Holes[i].Lost) == lost && Holes[i].Touches(from, to)) return true;
        return false;
    }
}
