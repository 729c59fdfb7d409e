using System.Text;
using System.Threading.Channels;

namespace KyCuong.Server.Cli.Control;

/// <summary>The console of a command that came over the control socket: everything is done at the other end.</summary>
internal sealed class ControlConsole : ICommandConsole
{
    private readonly Stream _stream;
    private readonly ChannelReader<ControlFrame> _answers;
    private readonly Lock _sending = new();

    public ControlConsole(Stream stream, ChannelReader<ControlFrame> answers, ControlStart start)
    {
        _stream = stream;
        _answers = answers;
        IsTerminal = start.IsTerminal;
        Width = Math.Clamp(start.Width, 20, 1000);
        Out = new FrameWriter(this, ControlKind.Out);
        Error = new FrameWriter(this, ControlKind.Error);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool IsTerminal { get; }

    public int Width { get; }

    public Task<byte[]> ReadFileAsync(string path, long most, CancellationToken cancel) =>
        AskAsync(ControlFrame.ForReadFile(path, Math.Min(most, ControlFrame.MostBytes)), cancel);

    public async Task<IReadOnlyList<string>> ListFilesAsync(string folder, int most, CancellationToken cancel) =>
        ControlFrame.AsNames(await AskAsync(ControlFrame.ForListFiles(folder, most), cancel));

    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
        AskAsync(ControlFrame.ForWriteFile(path, content.Span), cancel);

    public void Send(ControlFrame frame) => Send(frame.Kind, frame.Content);

    private void Send(ControlKind kind, ReadOnlySpan<byte> content)
    {
        lock (_sending) ControlFrame.Write(_stream, kind, content);
    }

    private async Task<byte[]> AskAsync(ControlFrame question, CancellationToken cancel)
    {
        Send(question);
        var answer = await _answers.ReadAsync(cancel);
        return answer.Kind == ControlKind.Failed ? throw new CommandException(answer.Text) : answer.Content;
    }

    /// <summary>Collects text and sends it when flushed or full.</summary>
    private sealed class FrameWriter(ControlConsole console, ControlKind kind) : TextWriter
    {
        private const int MostCharacters = 8 * 1024;
        private readonly StringBuilder _waiting = new();
        private readonly Lock _writing = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_writing)
            {
                _waiting.Append(value);
                SendWhenFull();
            }
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_writing)
            {
                _waiting.Append(buffer, index, count);
                SendWhenFull();
            }
        }

        public override void Write(string? value)
        {
            lock (_writing)
            {
                _waiting.Append(value);
                SendWhenFull();
            }
        }

        public override void Flush()
        {
            lock (_writing)
            {
                if (_waiting.Length == 0) return;
                console.Send(kind, Encoding.UTF8.GetBytes(_waiting.ToString()));
                _waiting.Clear();
            }
        }

        private void SendWhenFull()
        {
            if (_waiting.Length >= MostCharacters) Flush();
        }
    }
}
