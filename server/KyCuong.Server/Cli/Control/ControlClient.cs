using System.Net.Sockets;
using KyCuong.Server.Store;

namespace KyCuong.Server.Cli.Control;

/// <summary>Has the running server carry a command out; this side only prints and handles the person's files.</summary>
internal static class ControlClient
{
    /// <summary>
    /// Runs a command in the server that has <paramref name="data"/> open. Null when no server listens there; otherwise its exit code.
    /// </summary>
    /// <exception cref="CommandException">The server may not be talked to, or went away before the command ended.</exception>
    public static async Task<int?> TryRunAsync(DataDirectory data, string[] arguments, ICommandConsole console, CancellationToken cancel)
    {
        using var place = new ControlSocket(data);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(place.EndPoint, cancel);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable
            || error.NativeErrorCode == NoSuchFile)
        {
            return null;
        }
        catch (SocketException error)
        {
            throw new CommandException(CliText.Get("control.refused", place.Path, error.Message), error);
        }

        await using var stream = new NetworkStream(socket);
        try
        {
            var start = ControlFrame.ForStart(new ControlStart(arguments, console.IsTerminal, console.Width));
            ControlFrame.Write(stream, start.Kind, start.Content);
            while (await ControlFrame.ReadAsync(stream, cancel) is { } frame)
            {
                switch (frame.Kind)
                {
                    case ControlKind.Out:
                        await console.Out.WriteAsync(frame.Text);
                        await console.Out.FlushAsync(cancel);
                        break;
                    case ControlKind.Error:
                        await console.Error.WriteAsync(frame.Text);
                        await console.Error.FlushAsync(cancel);
                        break;
                    case ControlKind.ReadFile:
                        var (from, most) = frame.AsReadFile();
                        await AnswerAsync(stream, async () => await console.ReadFileAsync(from, most, cancel));
                        break;
                    case ControlKind.WriteFile:
                        await AnswerAsync(stream, async () =>
                        {
                            var (to, file) = frame.AsWriteFile();
                            await console.WriteFileAsync(to, file, cancel);
                            return [];
                        });
                        break;
                    case ControlKind.ListFiles:
                        var (folder, files) = frame.AsListFiles();
                        await AnswerAsync(stream, async () => ControlFrame.OfNames(await console.ListFilesAsync(folder, files, cancel)));
                        break;
                    case ControlKind.Exit:
                        return frame.AsExit();
                    default:
                        throw new InvalidDataException($"The server sent a {frame.Kind} frame, which only a client sends.");
                }
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new CommandException(CliText.Get("control.lost"), error);
        }

        throw new CommandException(CliText.Get("control.lost"));
    }

    private const int NoSuchFile = 2;

    private static async Task AnswerAsync(Stream stream, Func<Task<byte[]>> work)
    {
        try
        {
            ControlFrame.Write(stream, ControlKind.Done, await work());
        }
        catch (CommandException error)
        {
            ControlFrame.Write(stream, ControlKind.Failed, System.Text.Encoding.UTF8.GetBytes(error.Message));
        }
    }
}
