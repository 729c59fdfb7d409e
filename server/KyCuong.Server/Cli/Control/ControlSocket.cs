using System.Net.Sockets;
using KyCuong.Server.Store;
using Microsoft.Win32.SafeHandles;

namespace KyCuong.Server.Cli.Control;

/// <summary>
/// Where the running server listens for commands: a Unix socket in its data directory. A socket's address holds about
/// 100 bytes; a longer directory is reached through an open handle of it, which Linux names shortly.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    private const string Name = "control.sock";
    private const int MostAddressBytes = 100;
    private readonly SafeFileHandle? _directory;

    public ControlSocket(DataDirectory data)
    {
        Path = data.PathOf(Name);
        var address = Path;
        if (System.Text.Encoding.UTF8.GetByteCount(Path) > MostAddressBytes && OperatingSystem.IsLinux())
        {
            _directory = Disk.OpenFolder(data.Root);
            address = $"/proc/self/fd/{_directory.DangerousGetHandle()}/{Name}";
        }

        EndPoint = new UnixDomainSocketEndPoint(address);
    }

    /// <summary>The socket as a person finds it.</summary>
    public string Path { get; }

    /// <summary>The socket as the system is told; valid until disposal.</summary>
    public UnixDomainSocketEndPoint EndPoint { get; }

    public void Dispose() => _directory?.Dispose();
}
