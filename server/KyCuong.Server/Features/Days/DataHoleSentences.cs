using KyCuong.Rules;

namespace KyCuong.Server.Features.Days;

/// <summary>Within a shift, of which times a kiosk's disk has lost entries or still holds them back.</summary>
internal static class DataHoleSentences
{
    /// <summary>What of a kiosk's holes lies in the shift's window: the whole of one may go on for ever.</summary>
    public static IEnumerable<(KioskKnowledge Kiosk, Instant From, Instant To, bool Lost)> Holes(ShiftVerdict verdict)
    {
        if (verdict.Window is not { } window) yield break;
        foreach (var kiosk in verdict.Inputs.Kiosks)
            foreach (var hole in kiosk.Holes.Where(hole => hole.Touches(window.Start, window.End)))
                yield return (kiosk, hole.From < window.Start ? window.Start : hole.From, hole.To > window.End ? window.End : hole.To, hole.Lost || kiosk.Lost);
    }

    /// <summary>One sentence a hole.</summary>
    public static IEnumerable<string> Of(ShiftVerdict verdict, DayWords words)
    {
        foreach (var (kiosk, from, to, lost) in Holes(verdict))
            yield return DayText.Get(lost ? "explain.hole.lost" : "explain.hole.waits", words.Kiosks([kiosk.Kiosk]), words.Second(from, verdict.Date), words.Second(to, verdict.Date));
    }
}
