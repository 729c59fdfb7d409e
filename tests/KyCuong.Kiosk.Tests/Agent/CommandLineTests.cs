using KyCuong.Kiosk.Commands;
using KyCuong.Kiosk.Tests.Support;

namespace KyCuong.Kiosk.Tests.Agent;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("enroll", "không có lệnh hay tùy chọn \"enroll\"")]
    [InlineData("run --fast", "không có lệnh hay tùy chọn \"--fast\"")]
    [InlineData("enrol --server https://h:1", "tùy chọn --code còn thiếu")]
    [InlineData("enrol --server https://h:1 --code", "tùy chọn --code còn thiếu hoặc chưa có giá trị")]
    [InlineData("status --format xml", "tùy chọn --format không nhận giá trị \"xml\"")]
    public async Task A_wrong_call_is_answered_with_one_sentence_that_names_the_word(string call, string says)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var commands = new KioskCommands((_, _, _, _) => throw new InvalidOperationException("not run here"), RealClock.Wall, output);
        Assert.Equal(KioskException.WrongUsage, await CommandLine.InvokeAsync(call.Split(' '), commands, output, error, CancellationToken.None));
        var line = Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.Contains("--help", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("enrol --help")]
    [InlineData("status --help")]
    public async Task Help_is_in_the_language_of_the_rest(string call)
    {
        using var output = new StringWriter();
        var commands = new KioskCommands((_, _, _, _) => throw new InvalidOperationException("not run here"), RealClock.Wall, output);
        Assert.Equal(0, await CommandLine.InvokeAsync(call.Split(' '), commands, output, output, CancellationToken.None));
        Assert.Contains("Cách gọi:", output.ToString(), StringComparison.Ordinal);
        foreach (var theirs in (string[])["Description", "Usage", "Options", "Commands", "REQUIRED", "default", "[options]", "[command]", "Show "])
            Assert.DoesNotContain(theirs, output.ToString(), StringComparison.Ordinal);
    }
}
