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
    /// <summary>Whether it may hold a tap between the two instants (inclusive) that the store has not.</summary>
    public bool MayHold(Instant from, Instant to) =>
        ServesFrom <= to && (ServesUntil is not { } until || from <= until) && KnownUntil < (ServesUntil is { } end && end < to ? end : to);
}
