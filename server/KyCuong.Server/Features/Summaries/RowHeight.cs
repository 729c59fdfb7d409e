using KyCuong.Server.Formats;

namespace KyCuong.Server.Features.Summaries;

/// <summary>
/// Heights of rows whose text wraps (points). Streamed rows keep the height they are given, and no spreadsheet fits the
/// height of joined cells by itself, so it is reckoned here, rather too high than cut off.
/// </summary>
internal static class RowHeight
{
    /// <summary>Points of a line of the usual size.</summary>
    public const double Line = 15;

    // Columns are measured in digits: running text is narrower than that, capitals, and bold ones more so, are wider.
    private const double TextPerDigit = 0.9;
    private const double CapitalsPerDigit = 1.4;
    private const double Indent = 2;

    /// <summary>For the tallest of these cells in the table; 0 for one line.</summary>
    public static double Of(params ReadOnlySpan<(string Text, double Width)> cells)
    {
        var lines = 1;
        foreach (var (text, width) in cells) lines = Math.Max(lines, Lines(text, width - Indent));
        return lines == 1 ? 0 : Line * lines;
    }

    /// <summary>For a line that stands alone over columns of this width in all, <paramref name="line"/> points a line.</summary>
    public static double OfTitle(string? text, double width, double line = Line) => Lines(text ?? "", width) * line;

    private static int Lines(string text, double width)
    {
        var capitals = text.Length > 0 && !text.Any(char.IsLower);
        var fits = Math.Max(1, (int)(width / (capitals ? CapitalsPerDigit : TextPerDigit)));
        // A word that is too long for a line is broken by the spreadsheet.
        return WordWrap.Lines(text, fits).Sum(part => Math.Max(1, (part.Length + fits - 1) / fits));
    }
}
