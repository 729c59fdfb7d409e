using System.Globalization;
using System.Text;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Devices;

/// <summary>
/// Texts for a display that knows ASCII capitals only: marks are left out and đ is d (most have no Vietnamese characters). Whatever is no
/// printable ASCII then is left out: names come from outside and must not steer the display. Pure.
/// </summary>
public static class DisplayText
{
    /// <summary>Characters of a line.</summary>
    public const int Columns = 20;

    /// <summary>The two lines of a verdict, each exactly <see cref="Columns"/> long.</summary>
    /// <param name="verdict">What to say.</param>
    /// <param name="zone">The agency's time zone.</param>
    /// <param name="discreet">Of whoever is named only that it is recorded.</param>
    public static (string Upper, string Lower) Of(Verdict verdict, TimeZoneInfo zone, bool discreet)
    {
        var kind = discreet && verdict.Name is not null && verdict.Kind != VerdictKind.Repeat ? VerdictKind.Accepted : verdict.Kind;
        var title = Line(VerdictText.Title(verdict with { Kind = kind }, zone));
        if (verdict.Name is { } name) return (title, Name(name));
        return Halves(VerdictText.Title(verdict, zone));
    }

    /// <summary>The two lines while nobody taps.</summary>
    public static (string Upper, string Lower) Idle(string kioskName) => (Line(ScreenText.Invite), Line(kioskName));

    /// <summary>One line: plain capitals, cut or filled to <see cref="Columns"/>.</summary>
    public static string Line(string text) => Plain(text).PadRight(Columns)[..Columns];

    /// <summary>A name that is too long is cut from its front: the given name stands last, and by it people know themselves.</summary>
    private static string Name(string name)
    {
        var plain = Plain(name);
        while (plain.Length > Columns && plain.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space) plain = plain[(space + 1)..];
        return plain.PadRight(Columns)[..Columns];
    }

    /// <summary>A sentence over both lines, broken between words.</summary>
    private static (string Upper, string Lower) Halves(string text)
    {
        var plain = Plain(text);
        if (plain.Length <= Columns) return (plain.PadRight(Columns), new string(' ', Columns));
        var space = plain.LastIndexOf(' ', Columns);
        return space <= 0 ? (plain[..Columns], Line(plain[Columns..])) : (plain[..space].PadRight(Columns), Line(plain[(space + 1)..]));
    }

    private static string Plain(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            var plain = c switch { 'đ' or 'Đ' => 'D', '–' => '-', _ => char.ToUpperInvariant(c) };
            if (plain is >= ' ' and <= '~' && !(plain == ' ' && kept.Length > 0 && kept[^1] == ' ')) kept.Append(plain);
        }

        return kept.ToString().Trim();
    }
}
