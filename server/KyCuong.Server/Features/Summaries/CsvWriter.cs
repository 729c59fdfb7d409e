using System.Globalization;
using System.Text;

namespace KyCuong.Server.Features.Summaries;

/// <summary>
/// CSV by RFC 4180 for spreadsheets: UTF-8 with a byte-order mark, commas, CRLF. A text that a spreadsheet would take for
/// a formula, be it behind blanks or in the wide forms of East Asian keyboards, is preceded by an apostrophe; numbers never are. Not thread-safe.
/// </summary>
internal sealed class CsvWriter
{
    private const string FormulaStarts = "=+-@＝＋－＠";
    private readonly StringBuilder _text = new("\uFEFF");
    private bool _first = true;

    /// <summary>A cell of text; null is empty.</summary>
    public CsvWriter Text(string? text)
    {
        Separate();
        text ??= "";
        if (MayBeFormula(text)) text = "'" + text;
        if (text.AsSpan().ContainsAny(",\"\r\n;")) _text.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else _text.Append(text);
        return this;
    }

    /// <summary>A cell with a number, decimal point whatever the machine's language; null is empty.</summary>
    public CsvWriter Number(decimal? number)
    {
        Separate();
        if (number is { } value) _text.Append(value.ToString("0.####", CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        _text.Append("\r\n");
        _first = true;
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    private static bool MayBeFormula(string text)
    {
        if (text.Length == 0) return false;
        if (char.IsControl(text[0])) return true;
        var at = 0;
        // Blanks, and what is there and not seen, are cut off by some programs.
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || char.IsControl(text[at]) || char.GetUnicodeCategory(text[at]) == UnicodeCategory.Format)) at++;
        return at < text.Length && FormulaStarts.Contains(text[at]);
    }

    private void Separate()
    {
        if (!_first) _text.Append(',');
        _first = false;
    }
}
