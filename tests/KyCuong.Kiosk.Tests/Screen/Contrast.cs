using System.Globalization;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>
/// Whether words stand out from their ground. 4.5 : 1 is what WCAG 2.2 asks for (1.4.3) so that eyes of half the normal sharpness read it, for
/// whom the sizes of <see cref="PanelSize"/> are too. Its easier 3 : 1 for large letters is for large ones as the eye has them; from three
/// metres none here is.
/// </summary>
internal static class Contrast
{
    private const double Least = 4.5;

    /// <summary>Why words are too faint; null when they are not.</summary>
    public static string? TooFaint(Colours words)
    {
        var ratio = Ratio(words.Ink, words.Ground);
        return ratio >= Least ? null : string.Create(CultureInfo.InvariantCulture, $"{words.What} stands out by {ratio:0.00} : 1 instead of {Least} : 1");
    }

    /// <summary>Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance").</summary>
    public static double Ratio(IReadOnlyList<double> ink, IReadOnlyList<double> ground)
    {
        var (a, b) = (Luminance(ink), Luminance(ground));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(IReadOnlyList<double> rgb) => (0.2126 * Linear(rgb[0])) + (0.7152 * Linear(rgb[1])) + (0.0722 * Linear(rgb[2]));

    private static double Linear(double channel)
    {
        var c = channel / 255;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
