using KyCuong.Kiosk.Resources;

namespace KyCuong.Kiosk.Files;

/// <summary>Where the kiosk keeps what it keeps. Immutable.</summary>
/// <param name="Root">The data directory, full path.</param>
public sealed record DataDirectory(string Root)
{
    /// <summary>The operator's settings.</summary>
    public string ConfigurationFile => Path.Combine(Root, "kiosk.json");

    /// <summary>The journal's database.</summary>
    public string Journal => Path.Combine(Root, "journal.db");

    /// <summary>The cached roster; can be fetched again.</summary>
    public string Roster => Path.Combine(Root, "roster.db");

    /// <summary>Portraits of the roster's people; can be fetched again.</summary>
    public string Photos => Path.Combine(Root, "photos");

    /// <summary>Codes of the agency's other gates, one a line.</summary>
    public string Gates => Path.Combine(Root, "gates.txt");

    /// <summary>What enrolment gave: key, certificate, authority, badge keys.</summary>
    public string Identity => Path.Combine(Root, "identity");

    /// <summary>The last configuration the server gave, as it came.</summary>
    public string ServerConfiguration => Path.Combine(Root, "server-configuration.bin");

    /// <summary>Heads of the server's log, for whoever checks the server's records.</summary>
    public string ServerHeads => Path.Combine(Root, "server-heads.txt");

    /// <summary>Held by the one process that works with this directory.</summary>
    public string Lock => Path.Combine(Root, "kiosk.lock");

    /// <summary>What a running kiosk says of itself; read by <c>status</c>.</summary>
    public string Status => Path.Combine(Root, "status.json");

    /// <summary>Log files.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>The directory for this path, made with mode 0700 if it is not there.</summary>
    /// <exception cref="KioskException">It cannot be made.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            var root = Path.GetFullPath(path);
            AtomicFile.CreateDirectory(root);
            return new DataDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KioskException(CommandText.DirectoryNotMade(path, e.Message), e);
        }
    }
}
