using KyCuong.Readers;

namespace KyCuong.Kiosk.Feedback;

/// <summary>A verdict as the reader's own light and buzzer tell it. Pure.</summary>
public static class VerdictSignal
{
    /// <summary>The signal; null where there is nothing for an officer to notice at the reader.</summary>
    public static ReaderSignal? AtReader(this VerdictKind kind) => kind switch
    {
        VerdictKind.Accepted or VerdictKind.OnTime or VerdictKind.Late or VerdictKind.Left or VerdictKind.AcceptedWithoutRoster or VerdictKind.Claimed => ReaderSignal.Recorded,
        VerdictKind.Repeat => ReaderSignal.Again,
        VerdictKind.UnknownBadge or VerdictKind.LostBadge or VerdictKind.BlockedBadge or VerdictKind.AmbiguousBadge or VerdictKind.Refused or VerdictKind.NationalId or VerdictKind.TwoCards or VerdictKind.WrongPin => ReaderSignal.Refused,
        VerdictKind.OutOfService => ReaderSignal.OutOfService,
        VerdictKind.ReaderFault or VerdictKind.ReaderRecovered or VerdictKind.Retired => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This verdict has no signal."),
    };
}
