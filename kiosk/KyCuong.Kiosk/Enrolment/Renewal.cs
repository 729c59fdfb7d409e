using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Enrolment;

/// <summary>Certificates are renewed when two thirds of their life are over (reliability rule D20), over the old one.</summary>
public static class Renewal
{
    /// <summary>Time for the exchange.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>True when it is time, also after the end. Pure.</summary>
    public static bool IsDue(X509Certificate2 certificate, DateTimeOffset now)
    {
        var from = new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);
        var to = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        return now >= from + (to - from) * 2 / 3;
    }

    /// <summary>The identity with a new certificate and key.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server is away or refuses.</exception>
    /// <exception cref="KioskException">Its answer cannot be used.</exception>
    public static async Task<KioskIdentity> RenewAsync(KioskIdentity identity, TimeProvider time, CancellationToken cancellation)
    {
        using var key = new CertificateKey();
        using var channel = ServerChannel.ToServer(identity, Timeout, new HandshakeFinding());
        var reply = await new Protos.V1.Enrolment.EnrolmentClient(channel).RenewAsync(
            new RenewRequest { CertificateRequest = ByteString.CopyFrom(key.Request()) },
            deadline: (time.GetUtcNow() + Timeout).UtcDateTime, cancellationToken: cancellation);
        if (!reply.Authority.Span.SequenceEqual(identity.Authority.RawData))
            throw new KioskException(EnrolmentText.RenewedElsewhere);
        var certificate = key.Join(reply.Certificate.Span, identity.Authority, PeerName.Kiosk(identity.AgencyCode, identity.KioskId), out var problem)
            ?? throw new KioskException(problem!);
        return identity with { Certificate = certificate };
    }
}
