using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Identity;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Enrolment;

/// <summary>Brings this kiosk into an agency: judges the server by the code, then sends the secret and a certificate request.</summary>
public static class Enroller
{
    /// <summary>Time for the whole exchange.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>The identity the server gave.</summary>
    /// <param name="server">https, with port.</param>
    /// <param name="code">The one-time code.</param>
    /// <param name="machineName">For the operator's list.</param>
    /// <param name="version">Of this program.</param>
    /// <param name="time">For the deadline.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="KioskException">The server is not the code's, does not answer, or refuses.</exception>
    public static async Task<KioskIdentity> EnrolAsync(Uri server, EnrolmentCode code, string machineName, string version, TimeProvider time, CancellationToken cancellation)
    {
        var finding = new HandshakeFinding();
        using var key = new CertificateKey();
        using var channel = ServerChannel.ForEnrolment(server, code, Timeout, finding);
        EnrolReply reply;
        try
        {
            var request = new EnrolRequest
            {
                Secret = ByteString.CopyFrom(code.Secret),
                CertificateRequest = ByteString.CopyFrom(key.Request()),
                MachineName = machineName,
                SoftwareVersion = version,
            };
            reply = await new Protos.V1.Enrolment.EnrolmentClient(channel)
                .EnrolAsync(request, deadline: (time.GetUtcNow() + Timeout).UtcDateTime, cancellationToken: cancellation);
        }
        catch (RpcException e)
        {
            throw new KioskException(finding.Problem ?? Sentence(e, server), e);
        }

        if (finding.Authority is not { } authority) throw new KioskException("The server was never judged; use its https:// address.");
        return Identity(server, reply, authority, finding.Agencies, key);
    }

    private static KioskIdentity Identity(Uri server, EnrolReply reply, X509Certificate2 authority, IReadOnlyList<string> agencies, CertificateKey key)
    {
        var agency = reply.AgencyCode;
        if (!agencies.Contains(agency)) throw Bad($"its certificate is for {string.Join(", ", agencies)} and it speaks of {agency}");
        if (!reply.Authority.Span.SequenceEqual(authority.RawData)) throw Bad("it names another authority than it showed");
        if (reply.BadgeKeys.Count is 0 or > ContractLimits.BadgeKeys || reply.BadgeKeys.Any(k => k.Key.Length != BadgeHasher.KeySize)) throw Bad("its badge keys are malformed");
        if (AgencyZone.Find(reply.TimeZone) is null) throw Bad($"its time zone \"{reply.TimeZone}\" is unknown on this machine; install tzdata");
        var certificate = key.Join(reply.Certificate.Span, authority, PeerName.Kiosk(agency, reply.KioskId), out var problem) ?? throw new KioskException(problem!);
        return new KioskIdentity
        {
            Server = server,
            AgencyCode = agency,
            AgencyName = reply.AgencyName,
            KioskId = reply.KioskId,
            KioskCode = reply.KioskCode,
            KioskName = reply.KioskName,
            TimeZone = reply.TimeZone,
            BadgeKeys = [.. reply.BadgeKeys.Select(k => new BadgeKeySecret(k.KeyId, k.Key.ToByteArray()))],
            Authority = authority,
            Certificate = certificate,
        };
    }

    private static KioskException Bad(string what) => new($"The server's answer cannot be used: {what}. The code is spent; ask for a new one after the server is put right.");

    private static string Sentence(RpcException e, Uri server) => e.StatusCode switch
    {
        StatusCode.PermissionDenied => "The server does not take this code: it is unknown, used, expired or locked. Ask for a new one with kiosk add.",
        StatusCode.ResourceExhausted => "The server has seen too many wrong codes; wait some minutes and try again.",
        StatusCode.InvalidArgument => $"The server does not understand this kiosk's request ({e.Status.Detail}); compare the versions of both programs.",
        StatusCode.Unimplemented => $"{server} is no KyCuong server, or not its kiosk port.",
        _ => $"{server} cannot be reached ({e.Status.Detail}); check the address, the port and that the server is running. The code was not used.",
    };
}
