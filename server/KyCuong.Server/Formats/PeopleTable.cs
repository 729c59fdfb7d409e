using KyCuong.Server.Cli;
using Spectre.Console;

namespace KyCuong.Server.Formats;

/// <summary>
/// A table for people, the one style of all commands: as wide as it needs to be, set tighter where that is wider than the
/// terminal, and wrapped only where even that does not help. Where nobody watches, one record stays on one line.
/// </summary>
internal sealed class PeopleTable
{
    private const int LeastWidth = 40;

    /// <summary>Longest cell that still has a line of its own in a file or pipe (characters); longer ones wrap.</summary>
    private const int LongestUnwatched = 400;

    /// <summary>A header up to this long stays on one line where there is room (characters).</summary>
    private const int RoomyHeader = 10;

    private readonly string[] _headers;
    private readonly int[] _numbers;
    private readonly List<string[]> _rows = [];

    /// <summary>A table with these headers; the columns named by index hold numbers and are set right.</summary>
    public PeopleTable(IEnumerable<string> headers, params int[] numbers) => (_headers, _numbers) = ([.. headers], numbers);

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells]);

    /// <summary>Writes it to where results go.</summary>
    public void Write(ICommandConsole console) => console.Out.Write(ToText(console.IsTerminal ? console.Width : null));

    /// <summary>The table for a terminal of this many characters; null: nobody watches.</summary>
    public string ToText(int? terminal)
    {
        var widths = Widths(RoomyHeader);
        if (terminal is { } offered && Framed(widths) > offered) widths = Widths(0);
        var roomy = Framed(widths);
        var tight = terminal is { } given && roomy > given;
        var table = new Table { Border = TableBorder.Rounded };
        for (var i = 0; i < _headers.Length; i++)
        {
            // A header takes lines, not columns: it is broken to the width of what stands under it.
            var column = new TableColumn(new Text(string.Join('\n', WordWrap.Lines(_headers[i], widths[i]))));
            if (_numbers.Contains(i)) column.RightAligned();
            if (tight) column.Padding(0, 0);
            table.AddColumn(column);
        }

        foreach (var row in _rows) table.AddRow(row.Select(cell => new Text(cell)));
        using var text = new StringWriter();
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        screen.Profile.Width = terminal is { } width ? Math.Max(LeastWidth, width) : Math.Min(roomy, LongestUnwatched);
        screen.Profile.Capabilities.Unicode = true;
        screen.Write(table);
        return text.ToString();
    }

    /// <summary>What each column needs when a header may take this many characters of its own.</summary>
    private int[] Widths(int header) =>
        [.. _headers.Select((text, column) => _rows.Select(row => row[column].Length).Append(Math.Max(LongestWord(text), Math.Min(header, text.Length))).Max())];

    private static int LongestWord(string header) => header.Split(' ').Max(word => word.Length);

    /// <summary>With a frame and a space on either side of each cell.</summary>
    private static int Framed(int[] widths) => widths.Sum() + (3 * widths.Length) + 1;
}
