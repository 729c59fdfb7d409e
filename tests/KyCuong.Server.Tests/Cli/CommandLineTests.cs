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
        Assert.Contains($"\"{word}\"", _console.Said, StringComparison.Ordinal);
        Assert.Contains("--help", _console.Said, StringComparison.Ordinal);
        Assert.Single(_console.Said.Split('\n'));
    }

    [Theory]
    [InlineData("day", "thiếu --date.")]
    [InlineData("day --date", "thiếu --date.")]
    [InlineData("import staff", "thiếu <FILE>.")]
    [InlineData("import", "thiếu lệnh con; các lệnh con: staff, badges, taps, leave, photos.")]
    [InlineData("kiosk revoke CONG", "thiếu --reason.")]
    [InlineData("kiosk list --format xml", "--format không nhận giá trị \"xml\".")]
    public async Task What_is_missing_or_wrong_is_said_in_one_sentence_of_the_same_language(string typed, string says)
    {
        Assert.Equal(2, await TypeLastAsync(typed.Split(' ')));
        Assert.Contains(says, _console.Said, StringComparison.Ordinal);
        Assert.Single(_console.Said.Split('\n'));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("day --help")]
    [InlineData("apply --help")]
    [InlineData("kiosk revoke --help")]
    public async Task Help_is_in_the_language_of_the_rest(string typed)
    {
        Assert.Equal(0, await TypeLastAsync(typed.Split(' ')));
        Assert.Contains("Cách gọi:", _console.Said, StringComparison.Ordinal);
        Assert.Contains("Tùy chọn:", _console.Said, StringComparison.Ordinal);
        foreach (var theirs in (string[])["Description", "Usage", "Arguments", "Options", "Commands", "REQUIRED", "default", "[options]", "[command]", "Show "])
            Assert.DoesNotContain(theirs, _console.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_into_a_directory_that_is_not_there_names_both_and_leaves_nothing()
    {
        var folder = Path.Combine(_folder.FullName, "khong-co");
        var wrong = await Assert.ThrowsAsync<CommandException>(() => new ProcessConsole().WriteFileAsync(Path.Combine(folder, "t.xlsx"), new byte[1], CancellationToken.None));
        Assert.Contains(Path.Combine(folder, "t.xlsx"), wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"không có thư mục {folder};", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task A_directory_in_the_place_of_a_file_is_said()
    {
        var console = new ProcessConsole();
        Assert.Contains("là một thư mục", (await Assert.ThrowsAsync<CommandException>(() => console.WriteFileAsync(_folder.FullName, new byte[1], CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Contains("là một thư mục", (await Assert.ThrowsAsync<CommandException>(() => console.ReadFileAsync(_folder.FullName, 10, CancellationToken.None))).Message, StringComparison.Ordinal);
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
        Assert.Equal(["apply", "backup", "badge", "claim", "day", "decision", "erase", "explain", "handkept", "import", "incident", "kiosk", "leave", "log", "pin", "queues", "retention", "summary", "time"], root.Subcommands.Select(command => command.Name).Order());
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

    [Fact]
    public async Task A_command_waits_for_a_program_that_is_ending()
    {
        var store = ServerStore.Open(DataDirectory.Open(_folder.FullName), new StoreOptions(), TestTime.System, NullLoggerFactory.Instance);
        var typed = TypeAsync("kiosk", "list");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestTime.System);
        Assert.False(typed.IsCompleted, _console.Said);
        await store.DisposeAsync();
        Assert.Equal(1, await typed);
        Assert.Contains("chưa có cơ quan nào", _console.Said, StringComparison.Ordinal);
    }

    private Task<int> TypeAsync(params string[] arguments) => TypeLastAsync([.. arguments, "--data", _folder.FullName]);

    /// <summary>For lines whose end matters: no directory is named, so they must not come to work.</summary>
    private Task<int> TypeLastAsync(string[] arguments)
    {
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
