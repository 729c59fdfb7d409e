namespace KyCuong.Kiosk.Transports;

/// <summary>Which of two cards is meant.</summary>
internal enum TwoCardsChoice
{
    /// <summary>It cannot be said: no tap.</summary>
    Neither,

    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    Second,
}

/// <summary>
/// Two cards before a reader together, as in a wallet: the only one that is an active badge of known staff is meant. Of two
/// known badges neither is, for one would be tapped for somebody who is not there; of two unknown cards neither. Pure.
/// </summary>
internal static class TwoCards
{
    public static TwoCardsChoice Choose(bool firstIsKnown, bool secondIsKnown) => (firstIsKnown, secondIsKnown) switch
    {
        (true, false) => TwoCardsChoice.First,
        (false, true) => TwoCardsChoice.Second,
        _ => TwoCardsChoice.Neither,
    };
}
