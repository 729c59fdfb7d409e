using KyCuong.Server.Cli;

namespace KyCuong.Server.Features.Demo;

/// <summary>Keeps what a command says, while its files are the real ones.</summary>
internal sealed class CapturedConsole(ICommandConsole files) : ICommandConsole
{
    public TextWriter Out { get; } = new StringWriter();

    public TextWriter Error { get; } = new StringWriter();

    public bool IsTerminal => false;

    public int Width => files.Width;

    /// <summary>Everything on standard output.</summary>
    public string Output => Out.ToString()!;

    /// <summary>Everything said, results first.</summary>
    public string Said => $"{Out}{Error}".Trim();

    public Task<byte[]> ReadFileAsync(string path, long most, CancellationToken cancel) => files.ReadFileAsync(path, most, cancel);

    public Task<IReadOnlyList<string>> ListFilesAsync(string folder, int most, CancellationToken cancel) => files.ListFilesAsync(folder, most, cancel);

    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancel) => files.WriteFileAsync(path, content, cancel);
}
