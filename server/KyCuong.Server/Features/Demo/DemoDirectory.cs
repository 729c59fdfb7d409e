using KyCuong.Server.Cli;

namespace KyCuong.Server.Features.Demo;

/// <summary>
/// The directory a demo works in. It is emptied at the start of each run, so it must bear the demo's own mark: nobody's
/// real data is ever wiped.
/// </summary>
internal sealed class DemoDirectory
{
    private const string Mark = ".kycuong-demo";

    private DemoDirectory(string root) => Root = root;

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

    /// <summary>An empty, marked directory at <paramref name="path"/>.</summary>
    /// <exception cref="CommandException">Something that is not a demo's lies there.</exception>
    public static DemoDirectory Prepare(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            if (File.Exists(root)) throw new CommandException(DemoText.Get("directory.file", root));
            if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any())
            {
                if (!File.Exists(Path.Combine(root, Mark))) throw new CommandException(DemoText.Get("directory.foreign", root));
                foreach (var directory in Directory.EnumerateDirectories(root)) Directory.Delete(directory, recursive: true);
                foreach (var file in Directory.EnumerateFiles(root).Where(file => Path.GetFileName(file) != Mark)) File.Delete(file);
            }

            var demo = new DemoDirectory(root);
            Directory.CreateDirectory(root);
            File.WriteAllText(Path.Combine(root, Mark), DemoText.Get("directory.mark") + "\n");
            foreach (var part in new[] { demo.Kiosk, demo.Sample, demo.Results }) Directory.CreateDirectory(part);
            return demo;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(DemoText.Get("directory.unusable", root, error.Message), error);
        }
    }
}
