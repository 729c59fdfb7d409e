using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Fuzz.Targets;

/// <summary>
/// Certificates, <c>which u8 | bytes</c>: a whole one in DER, or one of the authority's with these bytes as its purposes or names, or a name alone. Judging
/// them throws nothing. An altered one is never good, and a name that is taken is the one that the contract writes.
/// </summary>
internal sealed class CertificateTarget : ITarget
{
    private static readonly string Name7 = PeerName.Kiosk("BQLKCN", 7);
    private static readonly byte[] Good = TestCertificates.Kiosk(Name7);

    public string Name => "certificate";

    public int Weight => 3;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        [0, .. Good],
        [1, .. TestCertificates.Purpose(PeerCertificate.ClientAuthentication).RawData],
        [2, .. KyCuong.Server.Certificates.SubjectNames.Create([Name7], ["localhost"]).RawData],
        [3, .. Encoding.UTF8.GetBytes(Name7)],
    ];

    /// <summary>Whatever OpenSSL takes does not count here; this is what .NET makes of it.</summary>
    public long MostAllocated(int inputBytes) => 512 * 1024 + (64L * inputBytes);

    public string? Take(byte[] input)
    {
        if (input.Length == 0) return null;
        var bytes = input[1..];
        switch (input[0] % 4)
        {
            case 0:
                X509Certificate2 shown;
                try
                {
                    shown = X509CertificateLoader.LoadCertificate(bytes);
                }
                catch (CryptographicException)
                {
                    return null; // In a handshake TLS itself refuses it.
                }

                using (shown) return Judge(shown, mayBeGood: shown.RawData.AsSpan().SequenceEqual(Good));
            case 1:
                using (var certificate = TestCertificates.Issue(new X509Extension("2.5.29.37", bytes, critical: true))) return Judge(certificate, mayBeGood: true);
            case 2:
                using (var certificate = TestCertificates.Issue(TestCertificates.Purpose(PeerCertificate.ClientAuthentication), new X509Extension("2.5.29.17", bytes, critical: false)))
                    return Judge(certificate, mayBeGood: true);
            default:
                return JudgeName(Encoding.UTF8.GetString(bytes));
        }
    }

    private static string? Judge(X509Certificate2 certificate, bool mayBeGood)
    {
        var problem = PeerCertificate.Check(certificate, TestCertificates.Authority, PeerCertificate.ClientAuthentication, TestCertificates.Now);
        if (problem == PeerCertificateProblem.None && !mayBeGood) return "an altered certificate is good";
        foreach (var name in PeerCertificate.UriNames(certificate))
            if (JudgeName(name) is { } wrong) return wrong;
        return null;
    }

    private static string? JudgeName(string name) =>
        PeerName.TryParseKiosk(name, out var agency, out var kiosk) && PeerName.Kiosk(agency, kiosk) != name ? $"'{name}' was taken for {agency}'s kiosk {kiosk}" : null;
}
