namespace KyCuong.Rules;

/// <summary>
/// A badge of this person was presented, and nobody knows when: the kiosk's clock never met the server. It is no tap yet: neither presence nor
/// absence follows from it. What a tap there could change is not final until somebody decides.
/// </summary>
/// <param name="From">Not before.</param>
/// <param name="To">Not after.</param>
/// <param name="Kiosk">The store's kiosk id.</param>
/// <param name="Key">The tap it would be.</param>
public readonly record struct UntimedTap(Instant From, Instant To, long Kiosk, TapKey Key);
