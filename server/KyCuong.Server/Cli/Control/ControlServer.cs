using System.CommandLine;
using System.Net.Sockets;
using System.Threading.Channels;
using KyCuong.Server.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Cli.Control;

/// <summary>
/// Carries out the commands of people on this machine while the server has the store open: only one process may have it.
/// Listens on a Unix socket in the data directory, which only the server's account may enter.
/// </summary>
public sealed partial class ControlServer(
    ServerStore store, TimeProvider time, ILoggerFactory loggers, Func<CommandHost, RootCommand> commands) : BackgroundService
{
    /// <summary>Commands at one time; more wait.</summary>
    public const int MostCommands = 4;

    private readonly ILogger _logger = loggers.CreateLogger<ControlServer>();
    private readonly SemaphoreSlim _places = new(MostCommands);
    private readonly ControlSocket _place = new(store.Data);
    private Socket? _listener;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // The lock on the directory is ours: a socket that lies here is left from a server that was killed.
        File.Delete(_place.Path);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(_place.EndPoint);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_place.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new HashSet<Task>();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var socket = await _listener!.AcceptAsync(stoppingToken);
                await _places.WaitAsync(stoppingToken);
                running.RemoveWhere(task => task.IsCompleted);
                running.Add(ServeAsync(socket, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; commands under way are cancelled by the same token.
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Here and not where commands are taken: a server stopped at once never got that far.
        _listener?.Dispose();
        File.Delete(_place.Path);
    }

    private async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            if (await ControlFrame.ReadAsync(stream, stopping) is not { Kind: ControlKind.Start } frame) return;
            var start = frame.AsStart();
            var answers = Channel.CreateBounded<ControlFrame>(1);
            var reading = ReadAnswersAsync(stream, answers.Writer, gone);
            var console = new ControlConsole(stream, answers.Reader, start);
            LogCommand(_logger, start.Arguments.Length > 0 ? start.Arguments[0] : "");
            var root = commands(new OpenStoreHost(store, store.Data, time, console, loggers));
            var code = await CommandLine.RunAsync(root, start.Arguments, console, gone.Token);
            console.Out.Flush();
            console.Error.Flush();
            console.Send(ControlFrame.ForExit(code));
            await gone.CancelAsync();
            await reading;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or SocketException or System.Text.Json.JsonException or OperationCanceledException)
        {
            LogLost(_logger, error.Message);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Passes answers on; the end of the stream means the person is gone, which cancels the command.</summary>
    private static async Task ReadAnswersAsync(Stream stream, ChannelWriter<ControlFrame> answers, CancellationTokenSource gone)
    {
        try
        {
            while (await ControlFrame.ReadAsync(stream, gone.Token) is { } frame) await answers.WriteAsync(frame, gone.Token);
            await gone.CancelAsync();
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or InvalidDataException or ObjectDisposedException)
        {
            await gone.CancelAsync();
        }
        finally
        {
            answers.TryComplete();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _places.Dispose();
        _listener?.Dispose();
        _place.Dispose();
        base.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Command {Command} over the control socket")]
    private static partial void LogCommand(ILogger logger, string command);

    [LoggerMessage(LogLevel.Information, "A command over the control socket was given up: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);
}
