namespace KyCuong.Server.Cli;

/// <summary>The console and the files of this process.</summary>
public sealed class ProcessConsole : ICommandConsole
{
    private const int PlainWidth = 120;

    /// <inheritdoc />
    public TextWriter Out => Console.Out;

    /// <inheritdoc />
    public TextWriter Error => Console.Error;

    /// <inheritdoc />
    public bool IsTerminal => !Console.IsOutputRedirected;

    /// <inheritdoc />
    public int Width => IsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : PlainWidth;

    /// <inheritdoc />
    public async Task<byte[]> ReadFileAsync(string path, long most, CancellationToken cancel)
    {
        try
        {
            if (Directory.Exists(path)) throw new CommandException(CliText.Get("file.isFolder", path));
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await file.ReadAsync(buffer, cancel)) > 0)
            {
                if (content.Length + read > most) throw new CommandException(CliText.Get("file.tooLong", path, most));
                content.Write(buffer, 0, read);
            }

            return content.ToArray();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(CliText.Get("file.missing", path), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CommandException(CliText.Get("file.unreadable", path, error.Message.TrimEnd('.')), error);
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> ListFilesAsync(string folder, int most, CancellationToken cancel)
    {
        try
        {
            if (File.Exists(folder)) throw new CommandException(CliText.Get("folder.isFile", folder));
            var names = Directory.EnumerateFiles(folder).Take(most + 1).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToList();
            return names.Count > most ? throw new CommandException(CliText.Get("folder.tooMany", folder, most)) : Task.FromResult<IReadOnlyList<string>>(names);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new CommandException(CliText.Get("folder.missing", folder), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(CliText.Get("folder.unreadable", folder, error.Message.TrimEnd('.')), error);
        }
    }

    /// <inheritdoc />
    public async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var full = "";
        var part = "";
        try
        {
            full = Path.GetFullPath(path);
            if (Path.GetDirectoryName(full) is { } folder && !Directory.Exists(folder)) throw new CommandException(CliText.Get("file.noFolder", path, folder));
            if (Directory.Exists(full)) throw new CommandException(CliText.Get("file.isFolder", path));
            part = full + ".part";
            await File.WriteAllBytesAsync(part, content, cancel);
            File.Move(part, full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            if (part.Length > 0) File.Delete(part);
            throw new CommandException(CliText.Get("file.unwritable", path, error.Message.TrimEnd('.')), error);
        }
    }
}
