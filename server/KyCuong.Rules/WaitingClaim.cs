namespace KyCuong.Rules;

/// <summary>
/// Somebody entered this person's staff code without a badge, and nobody has yet said whether it was the person. It is no tap:
/// neither presence nor absence follows from it. What a tap there could change is not final while it waits.
/// </summary>
/// <param name="At">Corrected instant.</param>
/// <param name="Kiosk">The store's kiosk id.</param>
/// <param name="Key">The tap it would be.</param>
public readonly record struct WaitingClaim(Instant At, long Kiosk, TapKey Key);
