using KyCuong.Server.Cli;

namespace KyCuong.Server.Tests.Serve;

/// <summary>Keeps what is said, and lets a test wait for a line. Files are none of its business.</summary>
internal sealed class SpokenConsole : ICommandConsole, IDisposable
{
    private readonly Lines _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    public TextWriter Out => _out;

    public TextWriter Error => _error;

    public bool IsTerminal => false;

    public int Width => 200;

    public string Said => _out.Text;

    public string Complained => _error.ToString();

    /// <summary>The first line that begins so, once it is said.</summary>
    public Task<string> LineAsync(string start) => _out.WaitAsync(start).WaitAsync(Kiosks.TestKiosk.Patience);

    public Task<byte[]> ReadFileAsync(string path, long most, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> ListFilesAsync(string folder, int most, CancellationToken cancel) => throw new NotSupportedException();

    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancel) => throw new NotSupportedException();

    private sealed class Lines : StringWriter
    {
        private readonly Lock _lock = new();
        private readonly List<(string Start, TaskCompletionSource<string> Found)> _waiting = [];

        public string Text
        {
            get
            {
                lock (_lock) return ToString();
            }
        }

        public override void Write(char value)
        {
            lock (_lock)
            {
                base.Write(value);
                Look();
            }
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_lock)
            {
                base.Write(buffer, index, count);
                Look();
            }
        }

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
                Look();
            }
        }

        public override Task WriteLineAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer + NewLine);
            return Task.CompletedTask;
        }

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.ToString());
            return Task.CompletedTask;
        }

        public Task<string> WaitAsync(string start)
        {
            lock (_lock)
            {
                var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((start, found));
                Look();
                return found.Task;
            }
        }

        private void Look()
        {
            var whole = ToString().Split(NewLine)[..^1];
            foreach (var (start, found) in _waiting)
                if (whole.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) is { } line) found.TrySetResult(line);
        }
    }
}
