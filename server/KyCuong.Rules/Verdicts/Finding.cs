namespace KyCuong.Rules;

/// <summary>One thing the rules say of a shift.</summary>
/// <param name="Session">Index in <see cref="ShiftVerdict.Sessions"/>.</param>
/// <param name="Minutes">Of lateness, early departure and time outside, floored; else 0.</param>
/// <param name="Final">No tap that could change it can still come.</param>
/// <param name="WaitingFor">Kiosks that may hold such a tap; when not final and empty: time has to pass.</param>
/// <param name="Instead">Of <see cref="FindingKind.DeviceDataMissing"/>: what it would be; else null.</param>
/// <param name="Standing">Whether it counts.</param>
public sealed record Finding(
    FindingKind Kind,
    int Session,
    int Minutes,
    bool Final,
    IReadOnlyList<long> WaitingFor,
    FindingKind? Instead = null,
    FindingStanding Standing = FindingStanding.Stands);
