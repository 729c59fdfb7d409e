namespace KyCuong.Server.Cli;

/// <summary>
/// Where a command's words go and its files come from: the terminal of whoever typed it, also when the running server
/// carries the command out. Not thread-safe; one command at a time uses it.
/// </summary>
public interface ICommandConsole
{
    /// <summary>Results.</summary>
    public TextWriter Out { get; }

    /// <summary>What went wrong, and progress.</summary>
    public TextWriter Error { get; }

    /// <summary>True when a person sees <see cref="Out"/> as it is written.</summary>
    public bool IsTerminal { get; }

    /// <summary>Characters in a line of the terminal.</summary>
    public int Width { get; }

    /// <summary>The whole content of a file named by the person.</summary>
    /// <exception cref="CommandException">Missing, unreadable, or longer than <paramref name="most"/> bytes; the message says which.</exception>
    public Task<byte[]> ReadFileAsync(string path, long most, CancellationToken cancel);

    /// <summary>Names of the files in a folder named by the person, without folders, in order.</summary>
    /// <exception cref="CommandException">Missing, unreadable, or more than <paramref name="most"/>; the message says which.</exception>
    public Task<IReadOnlyList<string>> ListFilesAsync(string folder, int most, CancellationToken cancel);

    /// <summary>Writes a whole file: it appears complete or not at all.</summary>
    /// <exception cref="CommandException">It cannot be written; the message says why.</exception>
    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancel);
}
