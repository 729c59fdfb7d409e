using System.Globalization;
using KyCuong.Protos;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace KyCuong.Server;

/// <summary>An event of the log on one line, whatever somebody else's text in it holds; an exception below it, each of its lines set in. Thread-safe.</summary>
/// <param name="template">How the line looks, without end and exception.</param>
internal sealed class LogLines(string template) : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _line = new(template, CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _line.Format(logEvent, line);
        output.WriteLine(OneLine.Of(line.ToString()));
        foreach (var part in (logEvent.Exception?.ToString() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            output.WriteLine("   " + OneLine.Of(part.TrimEnd('\r')));
    }
}
