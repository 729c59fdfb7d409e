using KyCuong.Server;
using Serilog.Events;
using Serilog.Parsing;

namespace KyCuong.Server.Tests;

public sealed class LogLinesTests
{
    /// <summary>Somebody's text that looks like a line of ours, in a value and in an exception.</summary>
    private const string Forged = "x\n2026-05-13 07:00:00.000 +07:00 INF KyCuong: all is well";

    [Fact]
    public void Nobody_elses_text_begins_a_line()
    {
        var template = new MessageTemplateParser().Parse("Refused {Name}");
        var logged = new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Warning, new InvalidOperationException(Forged, new IOException("y\r\nz\u001b[2J")), template, [new LogEventProperty("Name", new ScalarValue(Forged))]);
        using var output = new StringWriter { NewLine = "\n" };
        new LogLines("{Level:u3} {Message:lj}").Format(logged, output);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(@"WRN Refused x\u000A2026-05-13 07:00:00.000 +07:00 INF KyCuong: all is well", lines[0]);
        Assert.True(lines.Length > 3);
        Assert.All(lines.Skip(1), line => Assert.StartsWith("   ", line, StringComparison.Ordinal));
        Assert.Contains("   z" + @"\u001B[2J", lines);
    }
}
