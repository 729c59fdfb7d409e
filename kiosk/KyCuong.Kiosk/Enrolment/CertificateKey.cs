using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Kiosk.Enrolment;

/// <summary>A P-256 key made on this device, its request, and its union with the certificate that answers. Owns the key.</summary>
public sealed class CertificateKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>PKCS#10, DER. The subject is for people; the server ignores it.</summary>
    public byte[] Request() => new CertificateRequest("CN=KyCuong kiosk", _key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>The certificate with this key; or a sentence when it is not what the server should have issued.</summary>
    /// <param name="certificate">DER, from the server.</param>
    /// <param name="authority">The pinned authority.</param>
    /// <param name="name">The SAN URI it must carry.</param>
    /// <param name="problem">Null on success.</param>
    public X509Certificate2? Join(ReadOnlySpan<byte> certificate, X509Certificate2 authority, string name, out string? problem)
    {
        try
        {
            using var issued = X509CertificateLoader.LoadCertificate(certificate);
            problem = PeerCertificate.Check(issued, authority, PeerCertificate.ClientAuthentication, issued.NotBefore) != PeerCertificateProblem.None
                ? EnrolmentText.IssuedWrongly
                : !PeerCertificate.UriNames(issued).SequenceEqual([name]) ? EnrolmentText.IssuedForOther(name)
                : null;
            return problem is null ? TlsKey.Usable(issued.CopyWithPrivateKey(_key)) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problem = EnrolmentText.IssuedUnusable(e.Message);
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
