using System.Text;
using KyCuong.Kiosk.Files;

namespace KyCuong.Kiosk.Capture;

/// <summary>
/// The file of a captured session: new, for its owner's eyes only, and bounded. Writing ends for good at the bound or at the first
/// failure; the session goes on without it. Thread-safe.
/// </summary>
internal sealed class CaptureFile : IDisposable
{
    /// <summary>Most bytes of a file.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const string LastLine = "# ends here: 4 MiB are full\n";

    private readonly Action<string> _ended;
    private readonly Lock _gate = new();
    private FileStream? _file;
    private int _written;

    /// <summary>Makes the file.</summary>
    /// <param name="path">Where; nothing may be there.</param>
    /// <param name="ended">Hears once why writing ended early: what failed; empty = the bound.</param>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    public CaptureFile(string path, Action<string> ended)
    {
        _ended = ended;
        Path = path;
        _file = PrivateFile.Create(path);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>False when writing has ended.</summary>
    public bool IsOpen
    {
        get { lock (_gate) return _file is not null; }
    }

    /// <summary>Writes lines, all of them or, where they do not fit, none.</summary>
    public void Write(string lines)
    {
        string? why = null;
        lock (_gate)
        {
            if (_file is null) return;
            try
            {
                var bytes = Encoding.UTF8.GetBytes(lines);
                if (_written + bytes.Length + LastLine.Length > MaxBytes)
                {
                    _file.Write(Encoding.UTF8.GetBytes(LastLine));
                    why = "";
                }
                else
                {
                    _file.Write(bytes);
                    _written += bytes.Length;
                }
            }
            catch (IOException e)
            {
                why = e.Message;
            }

            if (why is null) return;
            _file.Dispose();
            _file = null;
        }

        _ended(why);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
