using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;
using KyCuong.Server.Certificates;
using KyCuong.Server.Serve;
using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Certificates;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>
/// Every certificate that is not a kiosk's in service, over real TLS (reliability test S4): which of the two doors refuses it, and that nothing behind them ran.
/// </summary>
public sealed class CertificateTableTests : IAsyncLifetime
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;

    /// <summary>Where a caller is turned away.</summary>
    public enum Door
    {
        /// <summary>In the handshake: not even Enrol is reached, which asks for no certificate.</summary>
        Handshake,

        /// <summary>Before every method but Enrol.</summary>
        Gate,

        /// <summary>Nowhere: what a kiosk in service is.</summary>
        None,
    }

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
        _key.Dispose();
    }

    public static TheoryData<string, Door> Certificates => new()
    {
        { "none", Door.Gate },
        { "self-signed", Door.Handshake },
        { "of another installation", Door.Handshake },
        { "names our authority, signed by another key", Door.Handshake },
        { "issued by a kiosk", Door.Handshake },
        { "the server's own", Door.Handshake },
        { "for servers", Door.Handshake },
        { "for no purpose", Door.Handshake },
        { "for a malformed purpose", Door.Handshake },
        { "without a name", Door.Handshake },
        { "with a server's name", Door.Handshake },
        { "with two kiosks' names", Door.Handshake },
        { "not yet valid", Door.Handshake },
        { "expired", Door.Gate },
        { "expired and known", Door.Gate },
        { "never issued here", Door.Gate },
        { "another kiosk's, renamed to this one", Door.Gate },
        { "revoked", Door.Gate },
        { "of a retired kiosk", Door.Gate },
        { "in service", Door.None },
    };

    [Theory, MemberData(nameof(Certificates))]
    public async Task A_certificate_reaches_no_further_than_its_door(string which, Door door)
    {
        using var certificate = await MakeAsync(which);
        using var channel = Channel(certificate);
        var connect = await EndAsync(new KioskLink.KioskLinkClient(channel).Connect(deadline: TestKiosk.Deadline));
        var enrol = await EndAsync(() => new Enrolment.EnrolmentClient(channel).EnrolAsync(new EnrolRequest(), deadline: TestKiosk.Deadline));
        var renew = await EndAsync(() => new Enrolment.EnrolmentClient(channel).RenewAsync(new RenewRequest(), deadline: TestKiosk.Deadline));
        var day = await EndAsync(() => new Reporting.ReportingClient(channel).GetDayAsync(new GetDayRequest(), deadline: TestKiosk.Deadline));
        switch (door)
        {
            case Door.Handshake:
                Assert.All([connect, enrol, renew, day], status => Assert.True(status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled, status.ToString()));
                break;
            case Door.Gate:
                var refused = certificate is null ? StatusCode.Unauthenticated : StatusCode.PermissionDenied;
                Assert.Equal((refused, StatusCode.InvalidArgument, refused), (connect, enrol, day));
                // The one thing that an expired certificate is for; what it sent is no request.
                Assert.Equal(which == "expired and known" ? StatusCode.InvalidArgument : refused, renew);
                break;
            default:
                Assert.Equal((StatusCode.OK, StatusCode.InvalidArgument, StatusCode.Unimplemented), (connect, enrol, day));
                break;
        }

        // Behind the doors a Hello makes a journal.
        Assert.Equal(door == Door.None ? 1 : 0, await _server.ReadAsync(db => db.Journals.CountAsync()));
    }

    private async Task<X509Certificate2?> MakeAsync(string which)
    {
        var now = _server.Clock.GetUtcNow();
        var (begin, end) = (now.AddHours(-1), now.AddDays(30));
        var name = PeerName.Kiosk(RunningServer.Agency, _kiosk.Id);
        var inService = _kiosk.Certificate!;
        using var ours = Ours();
        switch (which)
        {
            case "none":
                return null;
            case "self-signed":
                return Request(name, PeerCertificate.ClientAuthentication).CreateSelfSigned(begin, end);
            case "of another installation":
                using (var keys = new KeyDirectory())
                {
                    keys.Clock.Now = now;
                    using var other = keys.Open();
                    using var issued = other.IssueKiosk(new PublicKey(_key), name, now);
                    return issued.CopyWithPrivateKey(_key);
                }

            case "names our authority, signed by another key":
                using (var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                    return WithKey(Request(name, PeerCertificate.ClientAuthentication).Create(ours.SubjectName, X509SignatureGenerator.CreateForECDsa(forger), begin, end, [7]));
            case "issued by a kiosk":
                using (var signer = inService.GetECDsaPrivateKey()!)
                    return WithKey(Request(name, PeerCertificate.ClientAuthentication).Create(inService.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), begin, end, [7]));
            case "the server's own":
                return _server.Authority.IssueServer([PeerName.Server(RunningServer.Agency)], ["localhost"], now);
            case "for servers":
                return WithKey(Request(name, PeerCertificate.ServerAuthentication).Create(ours, begin, end, [7]));
            case "for no purpose":
                return WithKey(Request(name).Create(ours, begin, end, [7]));
            case "for a malformed purpose":
                var malformed = Request(name);
                malformed.CertificateExtensions.Add(new X509Extension("2.5.29.37", [0x30, 0x03, 0x06, 0x08, 0x2B], critical: true));
                return WithKey(malformed.Create(ours, begin, end, [7]));
            case "without a name":
                return WithKey(Request(null, PeerCertificate.ClientAuthentication).Create(ours, begin, end, [7]));
            case "with a server's name":
                return WithKey(Request(PeerName.Server(RunningServer.Agency), PeerCertificate.ClientAuthentication).Create(ours, begin, end, [7]));
            case "with two kiosks' names":
                var two = Request(null, PeerCertificate.ClientAuthentication);
                two.CertificateExtensions.Add(SubjectNames.Create([name, PeerName.Kiosk(RunningServer.Agency, _kiosk.Id + 1)], []));
                return WithKey(two.Create(ours, begin, end, [7]));
            case "not yet valid":
                return WithKey(Request(name, PeerCertificate.ClientAuthentication).Create(ours, now.AddHours(1), end, [7]));
            case "expired":
                return WithKey(Request(name, PeerCertificate.ClientAuthentication).Create(ours, ours.NotBefore, now.AddMinutes(-5), [7]));
            case "expired and known":
                _server.Clock.Shift += TimeSpan.FromDays(100);
                return CopyOf(inService);
            case "never issued here":
                return WithKey(Request(name, PeerCertificate.ClientAuthentication).Create(ours, begin, end, [7]));
            case "another kiosk's, renamed to this one":
                var renamed = WithKey(Request(PeerName.Kiosk(RunningServer.Agency, _kiosk.Id + 1), PeerCertificate.ClientAuthentication).Create(ours, begin, end, [7]));
                await _server.WriteAsync(db => db.KioskCertificates.Add(new KioskCertificateRow { Thumbprint = renamed.GetCertHash(HashAlgorithmName.SHA256), AgencyId = _server.AgencyId, KioskId = (long)_kiosk.Id, NotAfterUs = long.MaxValue }));
                return renamed;
            case "revoked":
                await _server.WriteAsync(db => db.KioskCertificates.Single().RevokedUs = 1);
                return CopyOf(inService);
            case "of a retired kiosk":
                await _server.WriteAsync(db => db.Kiosks.Single().State = KioskState.Retired);
                return CopyOf(inService);
            case "in service":
                return CopyOf(inService);
            default:
                throw new ArgumentException(which);
        }
    }

    private CertificateRequest Request(string? name, string? purpose = null)
    {
        var request = new CertificateRequest("CN=KyCuong kiosk", _key, HashAlgorithmName.SHA256);
        if (purpose is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        if (name is not null) request.CertificateExtensions.Add(SubjectNames.Create([name], []));
        return request;
    }

    private X509Certificate2 WithKey(X509Certificate2 bare)
    {
        using (bare) return bare.CopyWithPrivateKey(_key);
    }

    private static X509Certificate2 CopyOf(X509Certificate2 certificate) => new(certificate);

    /// <summary>The authority of the running server, with its key.</summary>
    private X509Certificate2 Ours()
    {
        var keys = _server.Store.Data.PathOf(ServerHost.KeyFolder);
        return X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(keys, "ca.crt")), File.ReadAllText(Path.Combine(keys, "ca.key")));
    }

    private GrpcChannel Channel(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        if (certificate is not null) handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
#pragma warning disable CA5359 // Who the server is does not matter here.
        handler.SslOptions.RemoteCertificateValidationCallback = delegate { return true; };
#pragma warning restore CA5359
        return GrpcChannel.ForAddress(_server.Url, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    private static async Task<StatusCode> EndAsync(AsyncDuplexStreamingCall<KioskMessage, ServerMessage> call)
    {
        using var stream = new TestStream(call);
        try
        {
            await stream.Up.WriteAsync(new KioskMessage { Hello = Hello() });
            await stream.Up.CompleteAsync();
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException)
        {
            // It ended first; its end tells why.
        }

        return (await stream.EndAsync()).StatusCode;
    }

    private static async Task<StatusCode> EndAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException end)
        {
            return end.StatusCode;
        }
    }

    private static Hello Hello() => new()
    {
        ContractVersion = KyCuong.Protos.ContractLimits.ContractVersion,
        SoftwareVersion = "0.1",
        Epoch = ByteString.CopyFrom(Enumerable.Repeat((byte)9, 16).ToArray()),
        BootId = ByteString.CopyFrom(Enumerable.Repeat((byte)7, 16).ToArray()),
    };
}
