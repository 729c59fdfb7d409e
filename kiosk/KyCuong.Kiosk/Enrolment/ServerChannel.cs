using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Kiosk.Enrolment;

/// <summary>What a server turned out to be while its TLS handshake was judged. One connection attempt; read it after a failure or success.</summary>
public sealed class HandshakeFinding
{
    /// <summary>Why the server was not believed; null when it was, or never answered.</summary>
    public string? Problem { get; internal set; }

    /// <summary>The authority found; null before success.</summary>
    public X509Certificate2? Authority { get; internal set; }

    /// <summary>The agencies the server speaks for; empty before success.</summary>
    public IReadOnlyList<string> Agencies { get; internal set; } = [];
}

/// <summary>Channels to the server: TLS 1.2 or 1.3, one pinned authority, dead peers noticed by HTTP/2 pings.</summary>
public static class ServerChannel
{
    /// <summary>Silence after which a ping goes out.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);

    /// <summary>Time for its answer; then the connection is dead. Together with <see cref="PingAfter"/> under 20 s (reliability, R16).</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(8);

    /// <summary>To the server this kiosk is enrolled at, showing its certificate.</summary>
    public static GrpcChannel ToServer(KioskIdentity identity, TimeSpan connect, HandshakeFinding finding)
    {
        var (authority, agency) = (identity.Authority, identity.AgencyCode);
        var handler = Handler(connect);
        handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, additionalCertificates: null, offline: true);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            finding.Problem = certificate is X509Certificate2 server ? ServerTrust.Problem(server, authority, agency) : EnrolmentText.NoCertificate;
            return finding.Problem is null;
        };
        return Channel(identity.Server, handler);
    }

    /// <summary>To a server that must prove itself by the authority in the enrolment code, before anything is sent to it.</summary>
    public static GrpcChannel ForEnrolment(Uri server, EnrolmentCode code, TimeSpan connect, HandshakeFinding finding)
    {
        var handler = Handler(connect);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            if (certificate is not X509Certificate2 shown || chain is null)
            {
                finding.Problem = EnrolmentText.NoCertificate;
                return false;
            }

            // What came in the handshake stands in the chain's extra store, whether the chain could be built or not.
            var others = chain.ChainPolicy.ExtraStore.Concat(chain.ChainElements.Select(element => element.Certificate));
            finding.Problem = ServerTrust.EnrolmentProblem(shown, others, code, out var authority, out var agencies);
            // The chain's certificates are disposed after this call.
            finding.Authority = authority is null ? null : X509CertificateLoader.LoadCertificate(authority.RawData);
            finding.Agencies = agencies;
            return finding.Problem is null;
        };
        return Channel(server, handler);
    }

    private static SocketsHttpHandler Handler(TimeSpan connect) => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = connect,
        KeepAlivePingDelay = PingAfter,
        KeepAlivePingTimeout = PingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseProxy = false,
        SslOptions = { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
    };

    private static GrpcChannel Channel(Uri server, SocketsHttpHandler handler) => GrpcChannel.ForAddress(server.ToString(), new GrpcChannelOptions
    {
        HttpHandler = handler,
        DisposeHttpClient = true,
        MaxReceiveMessageSize = ContractLimits.MessageBytes,
        MaxSendMessageSize = ContractLimits.MessageBytes,
    });
}
