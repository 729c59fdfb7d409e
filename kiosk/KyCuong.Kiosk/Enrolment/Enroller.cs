using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Resources;
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

        if (finding.Authority is not { } authority) throw new KioskException(EnrolmentText.NeverJudged);
        return Identity(server, reply, authority, finding.Agencies, key);
    }

    private static KioskIdentity Identity(Uri server, EnrolReply reply, X509Certificate2 authority, IReadOnlyList<string> agencies, CertificateKey key)
    {
        var agency = reply.AgencyCode;
        if (!agencies.Contains(agency)) throw Bad(EnrolmentText.AnswerOfOtherAgency(string.Join(", ", agencies), agency));
        if (!reply.Authority.Span.SequenceEqual(authority.RawData)) throw Bad(EnrolmentText.AnswerOfOtherAuthority);
        if (reply.BadgeKeys.Count is 0 or > ContractLimits.BadgeKeys || reply.BadgeKeys.Any(k => k.Key.Length != BadgeHasher.KeySize)) throw Bad(ConfigurationText.BadBadgeKeys);
        if (AgencyZone.Find(reply.TimeZone) is null) throw Bad(ConfigurationText.UnknownTimeZone(reply.TimeZone));
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

    private static KioskException Bad(string what) => new(EnrolmentText.BadAnswer(what));

    private static string Sentence(RpcException e, Uri server) => e.StatusCode switch
    {
        StatusCode.PermissionDenied => EnrolmentText.CodeRefused,
        StatusCode.ResourceExhausted => EnrolmentText.TooManyTries,
        StatusCode.InvalidArgument => EnrolmentText.NotUnderstood(e.Status.Detail),
        StatusCode.Unimplemented => EnrolmentText.NoServerOfOurs(server.ToString()),
        _ => EnrolmentText.Unreachable(server.ToString(), e.Status.Detail),
    };
}
