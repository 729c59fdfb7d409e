using System.Net;
using System.Net.Sockets;
using System.Text;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Transports;
using KyCuong.Protos.V1;
using KyCuong.Readers;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>A serial device server with an RDM6300 behind it.</summary>
internal sealed class TcpReader : IDisposable
{
    private readonly TcpListener _listener;
    private readonly List<Socket> _connections = [];
    private readonly Lock _gate = new();

    public TcpReader(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ReaderSettings Settings(string id = "r1", Direction direction = Direction.In)
    {
        var protocol = ReaderCatalog.Find("rdm6300")!;
        return new ReaderSettings(id, new ReaderAddress.Tcp("127.0.0.1", Port), protocol, direction, protocol.DefaultLine, TimeSpan.FromMilliseconds(50), ReaderOptions.Default);
    }

    /// <summary>The frame of a tag: STX, ten hex digits, checksum, ETX (readers, section 1).</summary>
    public static byte[] Frame(uint number, byte version = 0x0F)
    {
        byte[] tag = unchecked([version, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        var sum = tag.Aggregate((byte)0, (x, b) => (byte)(x ^ b));
        return [2, .. Encoding.ASCII.GetBytes(Convert.ToHexString(tag)), .. Encoding.ASCII.GetBytes(sum.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)), 3];
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            foreach (var connection in _connections) connection.Send(bytes);
    }

    public Task ConnectedAsync() => RealClock.UntilAsync(() => { lock (_gate) return _connections.Count > 0; }, "the kiosk connects to the reader");

    public void Dispose()
    {
        _listener.Stop();
        lock (_gate)
            foreach (var connection in _connections) connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptSocketAsync();
                lock (_gate) _connections.Add(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
