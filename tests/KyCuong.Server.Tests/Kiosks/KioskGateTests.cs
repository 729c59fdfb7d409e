using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Certificates;
using Microsoft.EntityFrameworkCore;
using Method = Grpc.Core.Method<byte[], byte[]>;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>Who is let in at the kiosk port (reliability tests S4 and S8).</summary>
public sealed class KioskGateTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Raw = new(bytes => bytes, bytes => bytes);
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>Every method of the contract, found in its descriptors: one that is added later is asked too.</summary>
    public static TheoryData<string> Methods()
    {
        FileDescriptor[] files = [EnrolmentReflection.Descriptor, KioskLinkReflection.Descriptor, ReportingReflection.Descriptor, JournalReflection.Descriptor, RosterReflection.Descriptor];
        return [.. files.SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(method => method.FullName)];
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Without_a_certificate_nothing_but_Enrol_is_reached(string method)
    {
        using var kiosk = new TestKiosk(_server);
        var status = await CallAsync(kiosk.Channel(null), method);
        Assert.Equal(method == "kycuong.v1.Enrolment.Enrol" ? StatusCode.InvalidArgument : StatusCode.Unauthenticated, status.StatusCode);
    }

    /// <summary>From the route table of the running server: what is mapped without being in the contract's files above is asked too.</summary>
    [Fact]
    public async Task No_route_but_Enrol_answers_a_stranger()
    {
        using var kiosk = new TestKiosk(_server);
        var channel = kiosk.Channel(null);
        var routes = _server.Host.Routes.ToList();
        Assert.Superset(((IEnumerable<object[]>)Methods()).Select(row => Path((string)row[0])).ToHashSet(), routes.ToHashSet());
        foreach (var route in routes.Where(route => route != "/kycuong.v1.Enrolment/Enrol"))
        {
            var path = System.Text.RegularExpressions.Regex.Replace(route, @"\{[^}]*\}", "x").TrimStart('/').Split('/');
            var status = await CallAsync(channel, path.Length == 2 ? $"{path[0]}.{path[1]}" : string.Join('.', path));
            // A pattern answers for methods that there are not.
            Assert.True(status.StatusCode == StatusCode.Unauthenticated || (route.Contains('{') && status.StatusCode == StatusCode.Unimplemented), $"{route}: {status}");
        }

        static string Path(string method) => "/" + method[..method.LastIndexOf('.')] + "/" + method[(method.LastIndexOf('.') + 1)..];
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_revoked_certificate_reaches_nothing_but_Enrol(string method)
    {
        using var kiosk = await _server.EnrolAsync();
        await _server.WriteAsync(db => db.KioskCertificates.Single().RevokedUs = 1);
        var status = await CallAsync(kiosk.Channel(), method);
        Assert.Equal(method == "kycuong.v1.Enrolment.Enrol" ? StatusCode.InvalidArgument : StatusCode.PermissionDenied, status.StatusCode);
    }

    [Fact]
    public async Task A_kiosk_in_service_is_let_in()
    {
        using var kiosk = await _server.EnrolAsync();
        Assert.Equal(StatusCode.Unimplemented, (await CallAsync(kiosk.Channel(), "kycuong.v1.Reporting.GetDay")).StatusCode);
        using var stream = await kiosk.ConnectAsync();
        Assert.Equal(0ul, (await stream.WelcomeAsync()).HighWater);
    }

    [Fact]
    public async Task A_self_signed_certificate_fails_in_the_handshake()
    {
        using var kiosk = new TestKiosk(_server);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=KyCuong kiosk", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(PeerCertificate.ClientAuthentication)], false));
        request.CertificateExtensions.Add(SubjectNames.Create([PeerName.Kiosk(RunningServer.Agency, 1)], []));
        using var certificate = request.CreateSelfSigned(_server.Clock.GetUtcNow().AddDays(-1), _server.Clock.GetUtcNow().AddDays(1));
        await AssertHandshakeFailsAsync(kiosk, certificate);
    }

    [Fact]
    public async Task A_certificate_of_another_installation_fails_in_the_handshake()
    {
        using var kiosk = new TestKiosk(_server);
        using var otherKeys = new KeyDirectory();
        otherKeys.Clock.Now = _server.Clock.GetUtcNow();
        using var other = otherKeys.Open();
        using var certificate = Issue(kiosk, other, PeerName.Kiosk(RunningServer.Agency, 1), _server.Clock.GetUtcNow());
        await AssertHandshakeFailsAsync(kiosk, certificate);
    }

    [Fact]
    public async Task A_server_certificate_of_our_CA_fails_in_the_handshake()
    {
        using var kiosk = new TestKiosk(_server);
        using var certificate = _server.Authority.IssueServer([PeerName.Kiosk(RunningServer.Agency, 1)], [], _server.Clock.GetUtcNow());
        await AssertHandshakeFailsAsync(kiosk, certificate);
    }

    [Fact]
    public async Task A_certificate_of_our_CA_without_a_kiosks_name_fails_in_the_handshake()
    {
        using var kiosk = new TestKiosk(_server);
        using var certificate = Issue(kiosk, _server.Authority, PeerName.Server(RunningServer.Agency), _server.Clock.GetUtcNow());
        await AssertHandshakeFailsAsync(kiosk, certificate);
    }

    [Fact]
    public async Task A_certificate_of_our_CA_that_the_store_does_not_know_is_refused()
    {
        using var kiosk = await _server.EnrolAsync();
        using var certificate = Issue(kiosk, _server.Authority, PeerName.Kiosk(RunningServer.Agency, kiosk.Id), _server.Clock.GetUtcNow());
        Assert.Equal(StatusCode.PermissionDenied, (await CallAsync(kiosk.Channel(certificate), "kycuong.v1.KioskLink.Connect")).StatusCode);
    }

    [Theory]
    [InlineData("KHAC", 0)]
    [InlineData(RunningServer.Agency, 1)]
    public async Task A_certificate_with_the_name_of_another_agency_or_kiosk_is_refused(string agency, ulong further)
    {
        using var kiosk = await _server.EnrolAsync();
        using var certificate = Issue(kiosk, _server.Authority, PeerName.Kiosk(agency, kiosk.Id + further), _server.Clock.GetUtcNow());
        await _server.WriteAsync(db => db.KioskCertificates.Add(new KioskCertificateRow
        {
            Thumbprint = certificate.GetCertHash(HashAlgorithmName.SHA256),
            AgencyId = _server.AgencyId,
            KioskId = (long)kiosk.Id,
            NotAfterUs = long.MaxValue,
        }));
        Assert.Equal(StatusCode.PermissionDenied, (await CallAsync(kiosk.Channel(certificate), "kycuong.v1.KioskLink.Connect")).StatusCode);
    }

    [Theory]
    [InlineData(KioskState.Retired)]
    [InlineData(KioskState.Revoked)]
    [InlineData(KioskState.Declared)]
    public async Task A_kiosk_that_is_not_in_service_is_refused(string state)
    {
        using var kiosk = await _server.EnrolAsync();
        await _server.WriteAsync(db => db.Kiosks.Single().State = state);
        Assert.Equal(StatusCode.PermissionDenied, (await CallAsync(kiosk.Channel(), "kycuong.v1.KioskLink.Connect")).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await CallAsync(kiosk.Channel(), "kycuong.v1.Enrolment.Renew")).StatusCode);
    }

    [Theory]
    [InlineData(91, true)]
    [InlineData(490, true)]
    [InlineData(491, false)]
    public async Task An_expired_certificate_renews_itself_for_400_days_and_does_nothing_else(int daysAfterIssue, bool renews)
    {
        using var kiosk = await _server.EnrolAsync();
        // A moment less than whole days, so that what the test takes does not count.
        _server.Clock.Shift = TimeSpan.FromDays(daysAfterIssue) - TimeSpan.FromHours(1);
        Assert.Equal(StatusCode.PermissionDenied, (await CallAsync(kiosk.Channel(), "kycuong.v1.KioskLink.Connect")).StatusCode);
        var renewal = new Enrolment.EnrolmentClient(kiosk.Channel()).RenewAsync(
            new RenewRequest { CertificateRequest = ByteString.CopyFrom(kiosk.Request()) }, deadline: TestKiosk.Deadline + _server.Clock.Shift);
        if (!renews)
        {
            Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(async () => await renewal)).StatusCode);
            return;
        }

        using var renewed = kiosk.WithKey((await renewal).Certificate);
        kiosk.Certificate = renewed;
        using var stream = await kiosk.ConnectAsync();
        Assert.Equal(0ul, (await stream.WelcomeAsync()).HighWater);
    }

    [Fact]
    public async Task Plain_HTTP_is_not_spoken()
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://localhost:{_server.Host.KioskPort}/kycuong.v1.Enrolment/Enrol")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, CancellationToken.None));
    }

    [Fact]
    public async Task HTTP_1_is_not_spoken()
    {
#pragma warning disable CA5359 // Whoever it is: it must not speak HTTP/1.
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = delegate { return true; } } });
#pragma warning restore CA5359
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Url) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, CancellationToken.None));
    }

    [Fact]
    public async Task Refusals_are_logged_with_their_reason()
    {
        using var kiosk = await _server.EnrolAsync();
        await _server.WriteAsync(db => db.KioskCertificates.Single().RevokedUs = 1);
        await CallAsync(kiosk.Channel(), "kycuong.v1.KioskLink.Connect");
        Assert.Contains(_server.Log.Lines, line => line.Text.Contains("Revoked", StringComparison.Ordinal) && line.Text.Contains("KioskLink/Connect", StringComparison.Ordinal));
    }

    private static X509Certificate2 Issue(TestKiosk kiosk, CertificateAuthority authority, string name, DateTimeOffset now)
    {
        Assert.True(KioskRequest.TryRead(kiosk.Request(), out var key, out var problem), problem);
        using var certificate = authority.IssueKiosk(key, name, now);
        return kiosk.WithKey(ByteString.CopyFrom(certificate.RawData));
    }

    private static async Task AssertHandshakeFailsAsync(TestKiosk kiosk, X509Certificate2 certificate)
    {
        // Enrol is open to callers without a certificate, so it is the handshake that refuses this one.
        var status = await CallAsync(kiosk.Channel(certificate), "kycuong.v1.Enrolment.Enrol");
        Assert.True(status.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled, status.ToString());
    }

    /// <summary>Calls a method with an empty message and gives the status. As a stream: the server answers by its own idea of the method.</summary>
    private static async Task<Status> CallAsync(ChannelBase channel, string fullName)
    {
        var cut = fullName.LastIndexOf('.');
        var method = new Method(MethodType.DuplexStreaming, fullName[..cut], fullName[(cut + 1)..], Raw, Raw);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(deadline: TestKiosk.Deadline));
        try
        {
            await call.RequestStream.WriteAsync([]);
            await call.RequestStream.CompleteAsync();
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        }
        catch (RpcException end)
        {
            return end.Status;
        }
        catch (Exception) when (call.ResponseStream is not null)
        {
            // The server answered before the request was written; the answer is what is asked for.
            return await EndOfAsync(call);
        }

        return call.GetStatus();
    }

    private static async Task<Status> EndOfAsync(AsyncDuplexStreamingCall<byte[], byte[]> call)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        }
        catch (RpcException end)
        {
            return end.Status;
        }

        return call.GetStatus();
    }
}
