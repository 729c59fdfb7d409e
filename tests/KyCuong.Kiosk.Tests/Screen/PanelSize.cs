using System.Globalization;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>
/// What is large enough on the smallest panel sold for this, 10 inches (254 mm) across: at 1024x600 a pixel is
/// 254 / √(1024² + 600²) = 0.214 mm. A letter h mm high, d mm away, is seen under h / d · 3438 minutes of arc; normal eyes (6/6)
/// tell letters of 5' apart, so 10' are read by eyes of half that. At three metres 10' are a capital of 8.7 mm, 7.5' 6.5 mm,
/// 6' 5.2 mm, 5' 4.4 mm. Header and footer are for who stands before the kiosk, one metre away: 6' are 1.7 mm.
/// </summary>
internal static class PanelSize
{
    private const double DiagonalMm = 254;
    private const double MinutesPerRadian = 60 * 180 / Math.PI;

    // Nothing is lost to a thumb on 9 mm (ISO 9241-411 and the makers of telephones say 7 to 10).
    private const double ThumbMm = 9;

    private static readonly (string Selector, double Metres, double Minutes, double Longest)[] Letters =
    [
        ("#clock", 3, 10, 10), (".invite h1", 3, 10, 10), ("#title", 3, 10, 10), ("#stopped h1", 3, 10, 10), ("#gone h1", 3, 10, 10),
        ("#name", 3, 7.5, 6), ("#initial", 3, 10, 10), ("#unit", 3, 6, 5), ("#note", 3, 6, 6), ("#at", 3, 6, 6), ("#date", 3, 6, 6), (".invite p", 3, 6, 6),
        ("#stopped p", 3, 6, 6), ("#gone p", 3, 6, 6), ("[data-direction]", 3, 6, 6),
        ("#agency", 1, 6, 6), ("#gate", 1, 6, 6), ("#link", 1, 6, 6), ("#hours", 1, 6, 6), ("#unsent", 1, 6, 6), ("#faults li", 1, 6, 6), ("#strip", 1, 6, 6),
        ("#entry-label", 1, 6, 6), ("#entry-value", 1, 6, 6), ("#entry-words", 1, 6, 6), ("#forgot", 1, 6, 6), ("[data-key]", 1, 6, 6), (".actions button", 1, 6, 6),
    ];

    /// <summary>Whose letters are measured.</summary>
    public static IEnumerable<string> Selectors => Letters.Select(row => row.Selector);

    /// <summary>Why letters are too small; null when they are not.</summary>
    /// <param name="selector">One of <see cref="Selectors"/>.</param>
    /// <param name="capPx">Height of a capital, pixels.</param>
    /// <param name="size">Of the screen, pixels.</param>
    /// <param name="longest">Name and unit are as long as they come and may be smaller than usual.</param>
    public static string? TooSmall(string selector, double capPx, (int Width, int Height) size, bool longest)
    {
        var row = Letters.Single(row => row.Selector == selector);
        var least = longest ? row.Longest : row.Minutes;
        var mm = capPx * MmPerPx(size);
        var minutes = mm / (row.Metres * 1000) * MinutesPerRadian;
        return minutes >= least ? null : string.Create(CultureInfo.InvariantCulture, $"{selector} has capitals of {mm:0.0} mm, {minutes:0.0}' at {row.Metres:0} m instead of {least:0.0}'");
    }

    /// <summary>A thumb hits it.</summary>
    public static bool IsForThumbs(double widthPx, double heightPx, (int Width, int Height) size) => Math.Min(widthPx, heightPx) * MmPerPx(size) >= ThumbMm;

    private static double MmPerPx((int Width, int Height) size) => DiagonalMm / Math.Sqrt((size.Width * size.Width) + (size.Height * size.Height));
}
