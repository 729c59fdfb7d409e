using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Cli;

/// <summary>The command line as a whole: what it offers, and what a wrong call gets.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kycuong-cli-");
    private readonly CapturedConsole _console = new(new ProcessConsole());

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("sumary", "sumary")]
    [InlineData("day --date 2026-05-13 --stuff NV001", "--stuff")]
    [InlineData("apply a.json b.json", "b.json")]
    public async Task A_wrong_word_is_named_in_one_sentence_and_ends_with_2(string typed, string word)
    {
        Assert.Equal(2, await TypeAsync(typed.Split(' ')));
        Assert.Contains($"«{word}»", _console.Said, StringComparison.Ordinal);
        Assert.Contains("--help", _console.Said, StringComparison.Ordinal);
        Assert.Single(_console.Said.Split('\n'));
    }

    [Fact]
    public async Task A_format_that_is_none_ends_with_2()
    {
        Assert.Equal(2, await TypeAsync("kiosk", "list", "--format", "xml"));
        Assert.Contains("xml", _console.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_listed_is_what_is_built()
    {
        var root = Commands.For(new ProcessHost([], TestTime.System, _console, NullLoggerFactory.Instance));
        Assert.Equal(["apply", "day", "explain", "import", "kiosk", "summary"], root.Subcommands.Select(command => command.Name).Order());
        Assert.All(root.Subcommands.SelectMany(command => command.Subcommands.Append(command)), command => Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name));
    }

    [Fact]
    public async Task A_directory_that_another_program_holds_is_named_after_patience()
    {
        var data = DataDirectory.Open(_folder.FullName);
        await using var store = ServerStore.Open(data, new StoreOptions(), TestTime.System, NullLoggerFactory.Instance);
        var clock = new LeapingClock(ProcessHost.Patience);
        string[] arguments = ["kiosk", "list", "--data", _folder.FullName];
        var root = Commands.For(new ProcessHost(arguments, clock, _console, NullLoggerFactory.Instance));
        Assert.Equal(1, await CommandLine.RunAsync(root, arguments, _console, CancellationToken.None));
        Assert.Contains(_folder.FullName, _console.Said, StringComparison.Ordinal);
    }

    private Task<int> TypeAsync(params string[] arguments)
    {
        arguments = [.. arguments, "--data", _folder.FullName];
        return CommandLine.RunAsync(Commands.For(new ProcessHost(arguments, TestTime.System, _console, NullLoggerFactory.Instance)), arguments, _console, CancellationToken.None);
    }

    /// <summary>A clock on which every look is later by the same step.</summary>
    private sealed class LeapingClock(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);
    }
}
