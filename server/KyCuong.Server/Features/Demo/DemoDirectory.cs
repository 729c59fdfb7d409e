using System.Text;
using KyCuong.Server.Cli;
using KyCuong.Server.Store;

namespace KyCuong.Server.Features.Demo;

/// <summary>
/// The directory a demo works in. It is emptied at the start of each run, so it must bear the demo's own mark: nobody's
/// real data is ever wiped. The mark is locked as long as this lives, so that no demo wipes what another still serves; the
/// system lets go of the lock however the process ends. Not thread-safe.
/// </summary>
internal sealed class DemoDirectory : IDisposable
{
    private const string Mark = ".kycuong-demo";

    private readonly FileStream _mark;

    private DemoDirectory(string root, FileStream mark) => (Root, _mark) = (root, mark);

    /// <summary>The directory itself, absolute.</summary>
    public string Root { get; }

    /// <summary>The server's data directory.</summary>
    public string Server => Path.Combine(Root, "server");

    /// <summary>The kiosk's data directory.</summary>
    public string Kiosk => Path.Combine(Root, "kiosk");

    /// <summary>The files an agency would bring.</summary>
    public string Sample => Path.Combine(Root, "mau");

    /// <summary>The summaries made.</summary>
    public string Results => Path.Combine(Root, "ket-qua");

    /// <summary>An empty, marked directory at <paramref name="path"/>, this process's until it is disposed.</summary>
    /// <exception cref="CommandException">Something that is not a demo's lies there, or a process still works in it.</exception>
    public static DemoDirectory Prepare(string path)
    {
        var root = Path.GetFullPath(path);
        FileStream? mark = null;
        try
        {
            if (File.Exists(root)) throw new CommandException(DemoText.Get("directory.file", root));
            if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any() && !File.Exists(Path.Combine(root, Mark)))
                throw new CommandException(DemoText.Get("directory.foreign", root));
            Directory.CreateDirectory(root);
            mark = Locked(root);
            var demo = new DemoDirectory(root, mark);
            RequireUnserved(demo.Server);
            foreach (var directory in Directory.EnumerateDirectories(root)) Directory.Delete(directory, recursive: true);
            foreach (var file in Directory.EnumerateFiles(root).Where(file => Path.GetFileName(file) != Mark)) File.Delete(file);
            mark.SetLength(0);
            mark.Write(Encoding.UTF8.GetBytes(DemoText.Get("directory.mark") + "\n"));
            mark.Flush();
            foreach (var part in new[] { demo.Kiosk, demo.Sample, demo.Results }) Directory.CreateDirectory(part);
            return demo;
        }
        catch (CommandException)
        {
            mark?.Dispose();
            throw;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            mark?.Dispose();
            throw new CommandException(DemoText.Get("directory.unusable", root, error.Message.TrimEnd('.')), error);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _mark.Dispose();

    private static FileStream Locked(string root)
    {
        try
        {
            return new FileStream(Path.Combine(root, Mark), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new CommandException(DemoText.Get("directory.inUse", root), error);
        }
    }

    /// <summary>After a demo has ended, <c>serve</c> may have been given its server's directory.</summary>
    private static void RequireUnserved(string server)
    {
        if (Directory.Exists(server)) DataLock.Take(DataDirectory.Open(server)).Dispose();
    }
}
