using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KyCuong.Server.Formats;

/// <summary>How single values are written in files and on the command line. Machine data: invariant culture. Pure.</summary>
public static class Grammar
{
    /// <summary>Characters in a code of an agency, unit, person, schedule or kiosk.</summary>
    public const int LongestCode = 32;

    /// <summary>Dates before this are typing errors.</summary>
    public static readonly DateOnly FirstDate = new(1900, 1, 1);

    /// <summary>Dates after this are typing errors.</summary>
    public static readonly DateOnly LastDate = new(2199, 12, 31);

    /// <summary>The beginning of time, where a file leaves a start open and the store wants a date.</summary>
    public static readonly DateOnly Always = new(1, 1, 1);

    /// <summary>Letters, digits and <c>. _ - /</c>, beginning with a letter or digit; no spaces.</summary>
    public static bool IsCode([NotNullWhen(true)] string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > LongestCode || !char.IsLetterOrDigit(text[0])) return false;
        foreach (var c in text)
            if (!char.IsLetterOrDigit(c) && c is not ('.' or '_' or '-' or '/')) return false;
        return true;
    }

    /// <summary>
    /// Text shown to people: something to see, at most so many characters, no control characters, no line ends, nothing that turns the direction of
    /// what stands beside it, and only what is a character of Unicode at all: a workbook or a store could not keep the rest.
    /// </summary>
    public static bool IsShownText([NotNullWhen(true)] string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > longest) return false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')) return false;
            if (c is (>= '\uFDD0' and <= '\uFDEF') or '\uFFFE' or '\uFFFF') return false;
            if (!char.IsSurrogate(c)) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(c, text[i + 1])) return false;
            // The last two of each plane are no characters.
            if ((char.ConvertToUtf32(c, text[++i]) & 0xFFFE) == 0xFFFE) return false;
        }

        return true;
    }

    /// <summary><c>yyyy-MM-dd</c>, 1900 to 2199.</summary>
    public static bool TryDate(string? text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && date >= FirstDate && date <= LastDate;

    /// <summary><c>HH:mm</c>.</summary>
    public static bool TryTime(string? text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary><c>Mon</c> … <c>Sun</c>.</summary>
    public static bool TryDay(string? text, out DayOfWeek day)
    {
        day = default;
        var index = Array.IndexOf(DayNames, text);
        if (index < 0) return false;
        day = (DayOfWeek)index;
        return true;
    }

    /// <summary>The short English name a file uses.</summary>
    public static string Day(DayOfWeek day) => DayNames[(int)day];

    /// <summary><c>HH:mm</c>.</summary>
    public static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>yyyy-MM-dd</c>.</summary>
    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
}
