using System.CommandLine;
using KyCuong.Server.Cli;
using KyCuong.Server.Cli.Control;
using KyCuong.Server.Features.Demo;
using KyCuong.Server.Store;
using KyCuong.Server.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace KyCuong.Server.Tests.Cli;

#pragma warning disable CA1001 // xunit disposes by IAsyncLifetime.
#pragma warning disable CA1416 // The modes are those of Linux, where servers run.

/// <summary>Commands typed while a server has the store open: they run in it, their words and files stay with the person.</summary>
public sealed class ControlTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kycuong-control-");
    private readonly CapturedConsole _person = new(new ProcessConsole());
    private StoreOptions _options = null!;
    private ServerStore _store = null!;
    private ControlServer _server = null!;

    public async Task InitializeAsync()
    {
        _options = TestStores.New();
        _store = ServerStore.Open(DataDirectory.Open(Path.Combine(_folder.FullName, "data")), _options, TestTime.System, NullLoggerFactory.Instance);
        _server = new ControlServer(_store, TestTime.System, NullLoggerFactory.Instance, TestCommands);
        await _server.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        _server.Dispose();
        await _store.DisposeAsync();
        TestStores.Drop(_options);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_a_command_prints_comes_out_at_the_person()
    {
        Assert.Equal(0, await TypeAsync("say", "Đã ghi nhận"));
        Assert.Equal("Đã ghi nhận\n", _person.Output);
    }

    [Fact]
    public async Task A_long_answer_arrives_whole()
    {
        Assert.Equal(0, await TypeAsync("say", new string('đ', 200_000)));
        Assert.Equal(200_001, _person.Output.Length);
    }

    [Fact]
    public async Task Exit_code_and_sentence_of_a_failure_come_back()
    {
        Assert.Equal(2, await TypeAsync("refuse"));
        Assert.Equal("vì thế", _person.Said);
    }

    [Fact]
    public async Task A_mistake_of_ours_ends_the_command_and_not_the_server()
    {
        Assert.Equal(1, await TypeAsync("break"));
        Assert.Contains("InvalidOperationException", _person.Said, StringComparison.Ordinal);
        Assert.Equal(0, await TypeAsync("say", "còn chạy"));
    }

    [Fact]
    public async Task Files_are_read_and_written_at_the_person()
    {
        var from = Path.Combine(_folder.FullName, "vào.txt");
        var to = Path.Combine(_folder.FullName, "ra.txt");
        await File.WriteAllTextAsync(from, "nội dung");
        Assert.True(await TypeAsync("copy", from, to) == 0, _person.Said);
        Assert.Equal("nội dung", await File.ReadAllTextAsync(to));
        Assert.False(File.Exists(to + ".part"));
    }

    [Fact]
    public async Task The_files_of_a_folder_are_listed_at_the_person()
    {
        var folder = _folder.CreateSubdirectory("ảnh");
        folder.CreateSubdirectory("bên trong");
        foreach (var name in (string[])["b.jpg", "á.png", "B.jpg"]) await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), "");
        Assert.True(await TypeAsync("list", folder.FullName) == 0, _person.Said);
        Assert.Equal("B.jpg|b.jpg|á.png", _person.Output);

        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "c.jpg"), "");
        Assert.Equal(1, await TypeAsync("list", folder.FullName));
        Assert.Contains("hơn 3 tệp", _person.Said, StringComparison.Ordinal);
        Assert.Equal(1, await TypeAsync("list", Path.Combine(folder.FullName, "c.jpg")));
        Assert.Contains("là một tệp", _person.Said, StringComparison.Ordinal);
        Assert.Equal(1, await TypeAsync("list", Path.Combine(folder.FullName, "không có")));
        Assert.Contains("Không có thư mục", _person.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_one_sentence_that_names_it()
    {
        var missing = Path.Combine(_folder.FullName, "không-có.csv");
        Assert.Equal(1, await TypeAsync("copy", missing, missing));
        Assert.Contains(missing, _person.Said, StringComparison.Ordinal);
        Assert.Single(_person.Said.Split('\n'));
    }

    [Fact]
    public async Task A_file_longer_than_a_command_takes_is_refused_whole()
    {
        var from = Path.Combine(_folder.FullName, "dài.txt");
        await File.WriteAllBytesAsync(from, new byte[TestMostBytes + 1]);
        Assert.Equal(1, await TypeAsync("copy", from, from + ".2"));
        Assert.False(File.Exists(from + ".2"));
    }

    [Fact]
    public async Task Whoever_goes_away_cancels_the_command()
    {
        using var gone = new CancellationTokenSource();
        var typed = ControlClient.TryRunAsync(_store.Data, ["wait"], _person, gone.Token);
        await _waiting.Task;
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => typed);
        await _cancelled.Task;
    }

    [Fact]
    public async Task A_server_that_stops_cancels_the_command_and_the_person_hears_of_it()
    {
        var typed = TypeAsync("wait");
        await _waiting.Task;
        await _server.StopAsync(CancellationToken.None);
        Assert.Equal(1, await typed);
        Assert.NotEqual("", _person.Said);
        await _cancelled.Task;
    }

    [Fact]
    public async Task Without_a_server_nobody_answers()
    {
        await _server.StopAsync(CancellationToken.None);
        Assert.Null(await ControlClient.TryRunAsync(_store.Data, ["say", "x"], _person, CancellationToken.None));
    }

    [Fact]
    public async Task A_socket_left_by_a_killed_server_is_nobody()
    {
        await _server.StopAsync(CancellationToken.None);
        Assert.False(File.Exists(_store.Data.PathOf("control.sock")));
        // A socket that is closed in order takes its file along; a killed one does not.
        var file = _store.Data.PathOf("control.sock");
        using (var left = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        using (var place = new ControlSocket(_store.Data))
        {
            left.Bind(place.EndPoint);
            File.Move(file, file + ".left");
        }

        File.Move(file + ".left", file);
        Assert.Null(await ControlClient.TryRunAsync(_store.Data, ["say", "x"], _person, CancellationToken.None));
    }

    [Fact]
    public async Task Bytes_that_are_no_frame_end_their_connection_and_nothing_else()
    {
        using (var stranger = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        using (var place = new ControlSocket(_store.Data))
        {
            await stranger.ConnectAsync(place.EndPoint);
            await stranger.SendAsync(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF });
            // The end comes as the end of the stream or, with bytes unread at the other end, as a reset.
            var end = await Record.ExceptionAsync(async () => Assert.Equal(0, await stranger.ReceiveAsync(new byte[1])));
            Assert.True(end is null or System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.ConnectionReset }, end?.ToString());
        }

        Assert.Equal(0, await TypeAsync("say", "còn chạy"));
    }

    [Fact]
    public void Only_the_servers_account_may_enter() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_store.Data.PathOf("control.sock")));

    private const int TestMostBytes = 1000;
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Types a command as another process would; the server has the directory's lock.</summary>
    private async Task<int> TypeAsync(params string[] arguments)
    {
        arguments = [.. arguments, "--data", _store.Data.Root];
        var host = new ProcessHost(arguments, TestTime.System, _person, NullLoggerFactory.Instance);
        return await CommandLine.RunAsync(TestCommands(host), arguments, _person, CancellationToken.None);
    }

    private RootCommand TestCommands(CommandHost host)
    {
        var text = new Argument<string>("text");
        var from = new Argument<string>("from");
        var to = new Argument<string>("to");
        var root = new RootCommand();
        host.AddOptions(root);
        root.Subcommands.Add(Command("say", async (parse, context, cancel) => await context.Console.Out.WriteAsync((parse.GetValue(text) + "\n").AsMemory(), cancel), text));
        root.Subcommands.Add(Command("refuse", (_, _, _) => throw new CommandException("vì thế") { ExitCode = 2 }));
        root.Subcommands.Add(Command("break", (_, _, _) => throw new InvalidOperationException("hỏng")));
        root.Subcommands.Add(Command("copy", async (parse, context, cancel) =>
            await context.Console.WriteFileAsync(parse.GetValue(to)!, await context.Console.ReadFileAsync(parse.GetValue(from)!, TestMostBytes, cancel), cancel), from, to));
        root.Subcommands.Add(Command("list", async (parse, context, cancel) =>
            await context.Console.Out.WriteAsync(string.Join('|', await context.Console.ListFilesAsync(parse.GetValue(from)!, 3, cancel)).AsMemory(), cancel), from));
        root.Subcommands.Add(Command("wait", async (_, _, cancel) =>
        {
            _waiting.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TestTime.System, cancel);
            }
            finally
            {
                _cancelled.SetResult();
            }
        }));
        return root;

        Command Command(string name, Func<ParseResult, CommandContext, CancellationToken, Task> work, params Argument[] arguments)
        {
            var command = new Command(name);
            foreach (var argument in arguments) command.Arguments.Add(argument);
            command.SetAction((parse, cancel) => host.RunAsync(parse, async (context, token) =>
            {
                await work(parse, context, token);
                return 0;
            }, cancel));
            return command;
        }
    }
}
