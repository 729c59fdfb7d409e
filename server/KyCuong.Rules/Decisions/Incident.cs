namespace KyCuong.Rules;

/// <summary>
/// A reader fault, a power cut, a flood, declared by a document: for a time it was not in the officers' hands to tap. It marks
/// the findings of its span, which then count only when somebody confirms them (design section 6).
/// </summary>
/// <param name="Id">The store's.</param>
/// <param name="Kiosk">It concerned this kiosk, so the people it serves; null: not of one kiosk.</param>
/// <param name="Unit">It concerned this unit and those below it; null: not of one unit. Neither: everyone.</param>
/// <param name="Document">Number of the paper it rests on.</param>
public sealed record Incident(long Id, Instant From, Instant To, long? Kiosk, long? Unit, string Document)
{
    /// <summary>Whether it concerned somebody of a unit at some time between two instants, inclusive.</summary>
    public bool Concerns(long unit, UnitTree units, IReadOnlyList<KioskKnowledge> serving, Instant from, Instant to) =>
        From <= to && from <= To
        && (Unit is not { } top || units.Within(unit, top))
        && (Kiosk is not { } kiosk || serving.Any(one => one.Kiosk == kiosk));
}
