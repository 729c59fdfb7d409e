using KyCuong.Server.Cli;
using Spectre.Console;

namespace KyCuong.Server.Formats;

/// <summary>A table for people: as wide as their terminal, or as wide as it needs to be where nobody watches.</summary>
internal sealed class PeopleTable
{
    private const int UnwatchedWidth = 240;
    private readonly Table _table = new() { Border = TableBorder.Rounded };

    /// <summary>A table with these headers; the columns named by index hold numbers and are set right.</summary>
    public PeopleTable(IEnumerable<string> headers, params int[] numbers)
    {
        var index = 0;
        foreach (var header in headers)
        {
            var column = new TableColumn(Markup.Escape(header));
            if (numbers.Contains(index++)) column.RightAligned();
            _table.AddColumn(column);
        }
    }

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<string> cells) => _table.AddRow([.. cells.Select(Markup.Escape)]);

    /// <summary>Writes it to where results go.</summary>
    public void Write(ICommandConsole console)
    {
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(console.Out),
            Ansi = console.IsTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = console.IsTerminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        screen.Profile.Width = console.IsTerminal ? Math.Max(40, console.Width) : UnwatchedWidth;
        screen.Profile.Capabilities.Unicode = true;
        screen.Write(_table);
    }
}
