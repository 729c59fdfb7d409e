using KyCuong.Rules;

namespace KyCuong.Server.Features.Days;

/// <summary>Within a shift, of which times a kiosk's disk has lost entries or still holds them back.</summary>
internal static class DataHoleSentences
{
    /// <summary>Holes that touch the shift's window, by kiosk.</summary>
    public static IEnumerable<(KioskKnowledge Kiosk, DataHole Hole)> Holes(ShiftVerdict verdict) => verdict.Window is not { } window
        ? []
        : verdict.Inputs.Kiosks.SelectMany(kiosk => kiosk.Holes.Where(hole => hole.Touches(window.Start, window.End)).Select(hole => (kiosk, hole)));

    /// <summary>One sentence a hole.</summary>
    public static IEnumerable<string> Of(ShiftVerdict verdict, DayWords words)
    {
        foreach (var (kiosk, hole) in Holes(verdict))
            yield return DayText.Get(
                hole.Lost || kiosk.Lost ? "explain.hole.lost" : "explain.hole.waits", words.Kiosks([kiosk.Kiosk]), words.Second(hole.From, verdict.Date), words.Second(hole.To, verdict.Date));
    }
}
