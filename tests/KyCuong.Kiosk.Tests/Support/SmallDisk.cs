namespace KyCuong.Kiosk.Tests.Support;

/// <summary>
/// A real small disk, for the kiosk's data directory: a tmpfs in a mount namespace of the kiosk's own, so that the machine sees
/// nothing of it and it ends with the kiosk, however that ends. It is filled to the last page and emptied from outside, through
/// the process's root. Linux; needs root, or a kernel that gives its users namespaces.
/// </summary>
internal sealed class SmallDisk(string folder, int megabytes)
{
    // What is in the folder is carried over; then this shell becomes the program.
    private const string Mount = """
        set -e
        mkdir "$1/disk"
        mount -t tmpfs -o "size=$2m,mode=0700" kycuong "$1/disk"
        for file in "$1"/*; do [ "$file" = "$1/disk" ] || cp -a "$file" "$1/disk/"; done
        shift 2
        exec "$@"
        """;

    private int _process;

    /// <summary>The data directory as the kiosk itself calls it.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, "disk");

    /// <summary>The same directory, seen from here.</summary>
    public string Seen => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/{_process}/root{Path}");

    private string Ballast => System.IO.Path.Combine(Seen, "ballast");

    /// <summary>Starts the kiosk with this disk.</summary>
    public KioskProcess Start(params string[] arguments)
    {
        string[] space = Environment.IsPrivilegedProcess ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
        var kiosk = KioskProcess.StartBehind(["unshare", .. space, "sh", "-c", Mount, "sh", folder, megabytes.ToString(System.Globalization.CultureInfo.InvariantCulture)], arguments);
        _process = kiosk.Id;
        return kiosk;
    }

    /// <summary>Takes all the room there is, and what becomes free in the meantime.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true) ballast.Write(page);
        }
        catch (IOException)
        {
            // Full: what the test wants. That it was for want of room the kiosk's own words show.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Empty() => File.Delete(Ballast);
}
