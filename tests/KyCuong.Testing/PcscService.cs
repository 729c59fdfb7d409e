using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace KyCuong.Testing;

/// <summary>
/// A PC/SC service of the test's own: Debian's pcscd on a socket in a temporary folder, with one virtual reader of two slots (package
/// vsmartcard-vpcd) whose cards are <see cref="VirtualCard"/>s. The machine's own service is not touched. One at a time in a process,
/// because PC/SC's library reads the socket's name once. Linux only.
/// </summary>
public sealed class PcscService : IDisposable
{
    private const string Daemon = "/usr/sbin/pcscd";
    private const string Driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

    /// <summary>Listens as systemd would, and becomes the daemon: it then does without the machine's socket and file of its number.</summary>
    private const string Launcher = """
        import os, socket, sys
        path, folder, daemon = sys.argv[1:]
        if os.path.exists(path): os.unlink(path)
        s = socket.socket(socket.AF_UNIX)
        s.bind(path)
        s.listen(16)
        if s.fileno() != 3: os.dup2(s.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))
        os.execv(daemon, [daemon, '--foreground', '--info', '--config', folder])
        """;

    private static readonly string Folder = Directory.CreateTempSubdirectory("kycuong-pcsc-").FullName;
    private static readonly Lazy<bool> SocketIsNamed = new(NameSocket);

    private readonly string _configuration = Path.Combine(Folder, "reader.conf.d");
    private readonly string _reader;
    private readonly StringBuilder _log = new();
    private Process? _process;

    /// <summary>A service, running unless said otherwise.</summary>
    /// <param name="reader">Name of the reader; the service adds <c>00 00</c> and <c>00 01</c> for its slots.</param>
    /// <param name="running">False: not before <see cref="Start"/>.</param>
    public PcscService(string reader = "ACS ACR122U PICC Interface", bool running = true)
    {
        _ = SocketIsNamed.Value;
        Port = FreePorts();
        Directory.CreateDirectory(_configuration);
        _reader = reader;
        Write();
        if (running)
            Start();
    }

    /// <summary>What is missing of the packages pcscd and vsmartcard-vpcd; null when nothing is.</summary>
    public static string? Missing =>
        !File.Exists(Daemon) ? "pcscd is not installed; tests/run.sh does it" : !File.Exists(Driver) ? "vsmartcard-vpcd is not installed; tests/run.sh does it" : null;

    /// <summary>TCP port of the first slot's card.</summary>
    public int Port { get; }

    /// <summary>What the service printed since it was started last.</summary>
    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>Starts it, for the first time or again.</summary>
    public void Start()
    {
        lock (_log)
            _log.Clear();
        _process = Process.Start(new ProcessStartInfo("python3", ["-c", Launcher, SocketPath, _configuration, Daemon])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("python3 cannot be started");
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Kills it as a crash would.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>
    /// Starts it again with the reader plugged in, or pulled out. A running service learns of readers from udev, which has no virtual ones.
    /// </summary>
    public void Restart(bool pluggedIn)
    {
        Kill();
        File.Delete(ConfigurationFile);
        if (pluggedIn)
            Write();
        Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        File.Delete(ConfigurationFile);
    }

    private static string SocketPath => Path.Combine(Folder, "pcscd.comm");

    private string ConfigurationFile => Path.Combine(_configuration, "vpcd");

    private static bool NameSocket()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
        // For programs that the test starts.
        Environment.SetEnvironmentVariable("PCSCLITE_CSOCK_NAME", SocketPath);
        // The library asks the C library, which the line above does not tell.
        return setenv("PCSCLITE_CSOCK_NAME", SocketPath, 1) == 0 ? true : throw new InvalidOperationException("setenv failed");
    }

    private static int FreePorts()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            using var first = new TcpListener(IPAddress.Any, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                using var second = new TcpListener(IPAddress.Any, port + 1);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; try another pair.
            }
        }

        throw new InvalidOperationException("no two free ports next to each other");
    }

    private void Write() => File.WriteAllText(ConfigurationFile, string.Create(CultureInfo.InvariantCulture,
        $"FRIENDLYNAME \"{_reader}\"\nDEVICENAME /dev/null:0x{Port:X4}\nLIBPATH {Driver}\nCHANNELID 0x{Port:X4}\n"));

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
            _log.AppendLine(line.Data);
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int setenv(string name, string value, int overwrite);
}
