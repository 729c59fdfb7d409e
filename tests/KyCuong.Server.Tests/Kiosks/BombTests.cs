using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Serve;
using Xunit.Abstractions;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>These measure what the whole process allocates, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(BombTests), DisableParallelization = true)]
public sealed class BombsAlone;

/// <summary>
/// Messages that are more than they look, over the real port (reliability test S11), and more connections than there may be (S10): each is refused with the
/// right status before a megabyte is allocated for it, both ends counted, and kiosks are served as ever.
/// </summary>
[Collection(nameof(BombTests))]
public sealed class BombTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const long MostAllocated = 1 << 20;
    private const int Calls = 20;
    private const int TooMany = 8;
    private const int AtOnce = 32;
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
    }

    public static TheoryData<string, StatusCode> Bombs => new()
    {
        { "a length beyond the limit", StatusCode.ResourceExhausted },
        { "a length of 4 GB", StatusCode.ResourceExhausted },
        { "a message beyond the limit", StatusCode.ResourceExhausted },
        { "16 MB of zeros in 16 KB", StatusCode.ResourceExhausted },
        { "a gzip within a gzip", StatusCode.Internal },
        { "groups in groups", StatusCode.Internal },
        { "a text of 2 GB", StatusCode.Internal },
        { "2 GB within 2 GB", StatusCode.Internal },
    };

    [Theory, MemberData(nameof(Bombs))]
    public async Task A_strangers_bomb_is_refused_and_an_ordinary_call_is_answered(string bomb, StatusCode expected)
    {
        using var stranger = Client(null);
        var frame = Frame(bomb);
        await MeasureAsync(bomb, expected, () => CallAsync(stranger, "kycuong.v1.Enrolment/Enrol", frame));
    }

    [Theory, MemberData(nameof(Bombs))]
    public async Task A_kiosks_bomb_is_refused_and_an_ordinary_call_is_answered(string bomb, StatusCode expected)
    {
        using var kiosk = Client(_kiosk.Certificate);
        var frame = Frame(bomb);
        await MeasureAsync(bomb, expected, () => CallAsync(kiosk, "kycuong.v1.KioskLink/Connect", frame));
    }

    /// <summary>131,072 entries of two bytes each: within the limit of a message, beyond that of a batch.</summary>
    [Fact]
    public async Task A_batch_of_more_entries_than_there_may_be_ends_the_stream_and_costs_no_more_than_its_objects()
    {
        var entries = new byte[ContractLimits.MessageBytes - 64];
        for (var i = 0; i + 1 < entries.Length; i += 2) entries[i] = 0x1A;
        byte[] batch = [0x12, .. Varint(entries.Length), .. entries];
        var allocated = await AllocatedAsync(async () =>
        {
            using var stream = await _kiosk.ConnectAsync();
            await stream.WelcomeAsync();
            try
            {
                await stream.Up.WriteAsync(KioskMessage.Parser.ParseFrom(batch));
            }
            catch (RpcException)
            {
                // The stream ended while it was written; its end tells why.
            }

            Assert.Equal(StatusCode.InvalidArgument, (await stream.EndAsync()).StatusCode);
        });
        output.WriteLine($"a batch of 131,040 entries: {allocated >> 10} KB, both ends");
        await OrdinaryAsync();
    }

    [Theory]
    [InlineData(1, 9_000)]
    [InlineData(1, 5_000)]
    [InlineData(40, 4)]
    [InlineData(2_000, 20)]
    public async Task Metadata_beyond_the_limits_is_refused(int entries, int length)
    {
        using var stranger = Client(null);
        var allocated = await AllocatedAsync(async () =>
        {
            using var request = Request("kycuong.v1.Enrolment/Enrol", [0, 0, 0, 0, 0]);
            for (var i = 0; i < entries; i++) request.Headers.TryAddWithoutValidation(string.Create(CultureInfo.InvariantCulture, $"x-{i}"), new string('a', length));
            try
            {
                using var response = await stranger.SendAsync(request, CancellationToken.None);
                Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
            }
            catch (HttpRequestException)
            {
                // Or the connection ends: what follows a header that was not read cannot be understood.
            }
        });
        output.WriteLine($"{entries} entries of {length}: {allocated >> 10} KB a call, both ends");
        Assert.True(allocated < MostAllocated, $"{allocated} bytes");
        await OrdinaryAsync();
    }

    /// <summary>Connections that say nothing, from one network: beyond the cap none is let in, and a stranger from elsewhere and a kiosk are.</summary>
    [Fact]
    public async Task Strangers_beyond_their_connections_are_closed_and_a_kiosk_is_served()
    {
        var enemy = IPAddress.Parse("127.0.0.77");
        var crowd = new List<RawHttp2>();
        try
        {
            while (crowd.Count < ConnectionGuard.StrangersPerNetwork)
                crowd.AddRange(await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => RawHttp2.ConnectAsync(enemy, _server.Host.KioskPort))));
            for (var i = 0; i < TooMany; i++) Assert.Null(await LetInAsync(_server, enemy));
            using var elsewhere = await LetInAsync(_server, IPAddress.Parse("127.0.0.78"));
            Assert.NotNull(elsewhere);
            await OrdinaryAsync();
            Assert.All(crowd, connection => Assert.False(connection.Closed.IsCompleted));
        }
        finally
        {
            foreach (var connection in crowd) connection.Dispose();
        }
    }

    /// <summary>From many networks, none of which has many; a kiosk that was there comes back, which before its handshake is a stranger too.</summary>
    [Fact]
    public async Task Strangers_of_many_networks_have_half_of_the_connections_and_a_kiosk_comes_back_beside_them()
    {
        const int Connections = 40;
        await using var server = await RunningServer.StartAsync(connections: Connections);
        using var kiosk = await server.EnrolAsync();
        await OrdinaryAsync(kiosk);
        var crowd = new List<RawHttp2>();
        try
        {
            for (byte i = 1; i < Connections && await LetInAsync(server, new IPAddress([127, 0, 1, i])) is { } stranger; i++) crowd.Add(stranger);
            Assert.InRange(crowd.Count, 1, Connections / 2);
            await OrdinaryAsync(kiosk);
        }
        finally
        {
            foreach (var connection in crowd) connection.Dispose();
        }
    }

    /// <summary>A stranger's connection after its handshake; null: it was closed before.</summary>
    private static async Task<RawHttp2?> LetInAsync(RunningServer server, IPAddress address)
    {
        try
        {
            return await RawHttp2.ConnectAsync(address, server.Host.KioskPort);
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            return null;
        }
    }

    private async Task MeasureAsync(string bomb, StatusCode expected, Func<Task<StatusCode>> call)
    {
        var allocated = await AllocatedAsync(async () => Assert.Equal(expected, await call()));
        output.WriteLine($"{bomb}: {allocated >> 10} KB a call, both ends");
        Assert.True(allocated < MostAllocated, $"{allocated} bytes");
        await OrdinaryAsync();
    }

    private static async Task<long> AllocatedAsync(Func<Task> call)
    {
        // Pools fill and code is compiled at first.
        for (var i = 0; i < 5; i++) await call();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < Calls; i++) await call();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / Calls;
    }

    private Task OrdinaryAsync() => OrdinaryAsync(_kiosk);

    private static async Task OrdinaryAsync(TestKiosk kiosk)
    {
        using var stream = await kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await stream.Up.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);
    }

    private static byte[] Frame(string bomb)
    {
        switch (bomb)
        {
            case "a length beyond the limit":
                return [0, .. Length(ContractLimits.MessageBytes + 1), 1, 2, 3];
            case "a length of 4 GB":
                return [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3];
            case "a message beyond the limit":
                return [0, .. Length(ContractLimits.MessageBytes + 1), .. new byte[ContractLimits.MessageBytes + 1]];
            case "16 MB of zeros in 16 KB":
                var zeros = Packed(new byte[16 << 20]);
                return [1, .. Length(zeros.Length), .. zeros];
            case "a gzip within a gzip":
                var twice = Packed(Packed(new byte[16 << 20]));
                return [1, .. Length(twice.Length), .. twice];
            case "groups in groups":
                // Field 2047, begin of a group, 80,000 deep.
                var groups = Enumerable.Repeat<byte[]>([0xFB, 0x7F], 80_000).SelectMany(tag => tag).ToArray();
                return [0, .. Length(groups.Length), .. groups];
            case "a text of 2 GB":
                byte[] text = [0x1A, 0xFE, 0xFF, 0xFF, 0xFF, 0x07, 0x41];
                return [0, .. Length(text.Length), .. text];
            case "2 GB within 2 GB":
                byte[] within = [0x12, 0xFE, 0xFF, 0xFF, 0xFF, 0x07, 0x0A, 0xBE, 0xFF, 0xFF, 0xFF, 0x07, 0xFF, 0xFF, 0x07];
                return [0, .. Length(within.Length), .. within];
            default:
                throw new ArgumentException(bomb);
        }
    }

    private static byte[] Length(int length) => [(byte)(length >> 24), (byte)((length >> 16) & 255), (byte)((length >> 8) & 255), (byte)(length & 255)];

    private static byte[] Varint(int number) => number < 128 ? [(byte)number] : [(byte)((number & 127) | 128), .. Varint(number >> 7)];

    private static byte[] Packed(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(plain);
        return packed.ToArray();
    }

    private static HttpMessageInvoker Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
#pragma warning disable CA5359 // Who the server is does not matter here.
        handler.SslOptions.RemoteCertificateValidationCallback = delegate { return true; };
#pragma warning restore CA5359
        if (certificate is not null) handler.SslOptions.ClientCertificateContext = System.Net.Security.SslStreamCertificateContext.Create(certificate, null, offline: true);
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private HttpRequestMessage Request(string method, byte[] frame)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Url, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
        return request;
    }

    private async Task<StatusCode> CallAsync(HttpMessageInvoker client, string method, byte[] frame)
    {
        using var request = Request(method, frame);
        using var response = await client.SendAsync(request, CancellationToken.None);
        await response.Content.CopyToAsync(Stream.Null);
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var said) || response.Headers.TryGetValues("grpc-status", out said) ? said.Single() : "none";
        return (StatusCode)int.Parse(status, CultureInfo.InvariantCulture);
    }
}
