using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>
/// A client that sends HTTP/2 frames as it likes (RFC 9113), without a certificate. It answers pings: else the server takes it for dead, and what
/// should cut it may be missing.
/// </summary>
internal sealed class RawHttp2 : IDisposable
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte Ack = 1, EndStream = 1, EndHeaders = 4;
    public const int NoError = 0, EnhanceYourCalm = 11;
    private const int HeaderBytes = 9;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TcpClient _client;
    private readonly SslStream _tls;

    private RawHttp2(TcpClient client, SslStream tls)
    {
        _client = client;
        _tls = tls;
        Closed = ReadToEndAsync();
    }

    /// <summary>Why the server said that it ends the connection (RFC 9113, section 7); null: it did not say.</summary>
    public int? Reason { get; private set; }

    /// <summary>Ends when the server has closed the connection.</summary>
    public Task Closed { get; }

    /// <summary>A connection from an address of the loopback, before any handshake.</summary>
    public static async Task<TcpClient> DialAsync(IPAddress from, int port)
    {
        var client = new TcpClient(new IPEndPoint(from, 0));
        await client.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    public static async Task<RawHttp2> ConnectAsync(IPAddress from, int port)
    {
        var client = await DialAsync(from, port);
#pragma warning disable CA5359 // An attacker trusts anyone.
        var tls = new SslStream(client.GetStream(), false, delegate { return true; });
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2] });
        var connection = new RawHttp2(client, tls);
        await connection.SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0)]);
        return connection;
    }

    /// <summary>Sends bytes; false once the server has closed.</summary>
    public Task<bool> SendAsync(byte[] bytes) => Closed.IsCompleted ? Task.FromResult(false) : WriteAsync(bytes);

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload) => unchecked(
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags,
            (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream, .. payload]);

    /// <summary>The header block of a call of Enrol (RFC 7541): POST, https, and literals that are not indexed.</summary>
    public static byte[] EnrolHeaders() =>
        [0x83, 0x87, 0x04, .. Literal("/kycuong.v1.Enrolment/Enrol"), 0x01, .. Literal("localhost"), 0x0f, 0x10, .. Literal("application/grpc"), 0x00, .. Literal("te"), .. Literal("trailers")];

    public void Dispose()
    {
        _tls.Dispose();
        _client.Dispose();
    }

    private static byte[] Literal(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private async Task<bool> WriteAsync(byte[] bytes)
    {
        await _turn.WaitAsync();
        try
        {
            await _tls.WriteAsync(bytes);
            return true;
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReadToEndAsync()
    {
        var header = new byte[HeaderBytes];
        try
        {
            while (await _tls.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
            {
                var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
                await _tls.ReadExactlyAsync(payload);
                // Not waited for: a server that reads no more would stop this reading, too.
                if (header[3] == GoAway) Reason = BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4));
                if (header[3] == Ping && (header[4] & Ack) == 0) _ = WriteAsync(Frame(Ping, Ack, 0, payload));
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Reset rather than closed; it is over either way.
        }
    }
}
