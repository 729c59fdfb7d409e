using System.Security.Cryptography.X509Certificates;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Kiosk.Enrolment;

/// <summary>
/// Whether a server is the agency's. Its names and addresses have no say, and neither has the time: a kiosk without a
/// working clock must reach the server to learn what time it is. Pure.
/// </summary>
public static class ServerTrust
{
    private const string Scheme = "kycuong://";
    private const string ServerSuffix = "/server";

    /// <summary>Null when the certificate is the agency's server's, issued by the pinned authority; else a sentence.</summary>
    public static string? Problem(X509Certificate2 server, X509Certificate2 authority, string agency)
    {
        if (IssueProblem(server, authority) is { } problem) return problem;
        return PeerCertificate.UriNames(server).Contains(PeerName.Server(agency)) ? null
            : EnrolmentText.OtherAgency(PeerName.Server(agency));
    }

    /// <summary>
    /// At enrolment: finds, among the certificates the server showed, the authority that the code names, and judges the server by it.
    /// Null when all is well; else a sentence.
    /// </summary>
    public static string? EnrolmentProblem(
        X509Certificate2 server, IEnumerable<X509Certificate2> shown, EnrolmentCode code, out X509Certificate2? authority, out IReadOnlyList<string> agencies)
    {
        agencies = [];
        authority = shown.FirstOrDefault(certificate => code.IsFor(certificate.RawData));
        if (authority is null)
            return EnrolmentText.OtherAuthority;
        if (IssueProblem(server, authority) is { } problem) return problem;
        agencies = [.. PeerCertificate.UriNames(server).Where(IsServerName).Select(name => name[Scheme.Length..^ServerSuffix.Length])];
        return agencies.Count > 0 ? null : EnrolmentText.NamesNoServer;
    }

    private static string? IssueProblem(X509Certificate2 server, X509Certificate2 authority) =>
        PeerCertificate.Check(server, authority, PeerCertificate.ServerAuthentication, server.NotBefore) switch
        {
            PeerCertificateProblem.ForeignAuthority => EnrolmentText.ForeignAuthority,
            PeerCertificateProblem.WrongPurpose => EnrolmentText.WrongPurpose,
            PeerCertificateProblem.None or PeerCertificateProblem.NotYetValid or PeerCertificateProblem.Expired => null,
            var other => throw new InvalidOperationException($"Unknown verdict {other} on a certificate."),
        };

    private static bool IsServerName(string name) =>
        name.StartsWith(Scheme, StringComparison.Ordinal) && name.EndsWith(ServerSuffix, StringComparison.Ordinal)
        && name.Length > Scheme.Length + ServerSuffix.Length && PeerName.IsAgencyCode(name.AsSpan()[Scheme.Length..^ServerSuffix.Length]);
}
