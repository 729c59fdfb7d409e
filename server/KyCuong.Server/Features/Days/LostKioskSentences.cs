using KyCuong.Rules;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Features.Days;

/// <summary>Which kiosks a shift lacks for good, up to when they are known, and who said so by which paper.</summary>
internal static class LostKioskSentences
{
    /// <summary>Kiosks out of reach that may have held a tap of the shift, each with its declaration; null: retired or revoked without one.</summary>
    public static IEnumerable<(KioskKnowledge Kiosk, KioskLossRow? Loss)> Lost(ShiftVerdict verdict, DayAnswer answer) => verdict.Window is not { } window
        ? []
        : verdict.Inputs.Kiosks.Where(kiosk => kiosk.Lost && kiosk.MayHold(window.Start, window.End)).Select(kiosk => (kiosk, answer.Agency.Losses.GetValueOrDefault(kiosk.Kiosk)));

    /// <summary>One sentence a kiosk.</summary>
    public static IEnumerable<string> Of(ShiftVerdict verdict, DayAnswer answer, DayWords words)
    {
        foreach (var (kiosk, loss) in Lost(verdict, answer))
            yield return loss is null
                ? DayText.Get("explain.ended", words.Kiosks([kiosk.Kiosk]), words.Moment(kiosk.KnownUntil))
                : DayText.Get("explain.lost", words.Kiosks([kiosk.Kiosk]), words.Moment(kiosk.KnownUntil), loss.Document, Person(loss.DeclaredBy, answer), Person(loss.ConfirmedBy, answer));
    }

    private static string Person(string code, DayAnswer answer) => answer.Agency.FindPerson(code) is { } person ? $"{person.Row.FullName} ({code})" : code;
}
