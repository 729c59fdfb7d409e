using System.Globalization;
using System.Text;

namespace KyCuong.Protos;

/// <summary>
/// Text of somebody else's on one line of ours: what would end the line, command a terminal or turn the direction of reading is written as <c>\u000A</c>.
/// Whoever could write those would write lines into a log that the program never wrote (CWE-117). Pure.
/// </summary>
public static class OneLine
{
    /// <summary>The text, with nothing in it that is not a character to be read. A backslash is left as it is.</summary>
    public static string Of(string text)
    {
        var begin = text.AsSpan().IndexOfAny(Suspicious);
        if (begin < 0) return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (Suspicious.Contains(character)) line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else line.Append(character);
        }

        return line.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> Suspicious = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(IsNoText)]);

    /// <summary>Controls, formats (directions, zero widths) and the separators of lines and paragraphs. Halves of a pair are left to the encoder.</summary>
    private static bool IsNoText(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
