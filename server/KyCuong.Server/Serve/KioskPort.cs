using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Server.Certificates;
using KyCuong.Server.Features.Kiosks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace KyCuong.Server.Serve;

/// <summary>
/// How Kestrel stands at the kiosk port: TLS 1.2 or 1.3 with the server's certificate of the moment, a client certificate
/// asked for and judged in the handshake, HTTP/2 and nothing else, and a bound on everything a stranger could make grow
/// (reliability rule D22, test S10). There is no unencrypted port.
/// </summary>
internal static class KioskPort
{
    /// <summary>Silence of a kiosk after which a ping goes out. A kiosk pings after 5 s itself, so this seldom happens.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(7);

    /// <summary>Time for its answer; then the connection is dead. With <see cref="PingAfter"/> and Kestrel's ticks under 20 s (reliability, R16).</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Bounds of Kestrel.</summary>
    public static void SetLimits(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = options.KioskConnections;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // A connection without a stream: a kiosk opens its stream at once.
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        limits.MaxRequestHeaderCount = 32;
        limits.MaxRequestHeadersTotalSize = 8 * 1024;
        limits.MaxRequestLineSize = 1024;
        limits.Http2.MaxStreamsPerConnection = 8;
        limits.Http2.MaxRequestHeaderFieldSize = 4 * 1024;
        // Room for a batch of the largest size under way while the one before is worked on.
        limits.Http2.InitialStreamWindowSize = 512 * 1024;
        limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        limits.Http2.KeepAlivePingDelay = PingAfter;
        limits.Http2.KeepAlivePingTimeout = PingTimeout;
    }

    /// <summary>TLS for each connection as it comes, so that certificates change without a restart.</summary>
    public static void Secure(ListenOptions listen, ServerCertificate certificate, AgencyCodes agencies, KioskAdmission admission, ConnectionGuard guard)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(next => connection => guard.EnterAsync(connection, next));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.For(agencies.Current),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                // Asked for, not demanded: Enrol comes without one. What is shown must be good.
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is null || (shown is X509Certificate2 kiosk && admission.MayShakeHands(kiosk)),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                AllowRenegotiation = false,
                // A resumed session would skip the judgement above.
                AllowTlsResume = false,
            }),
        });
        listen.Use(next => connection => guard.ServeAsync(connection, next));
    }
}
