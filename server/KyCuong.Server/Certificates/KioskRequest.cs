using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos;

namespace KyCuong.Server.Certificates;

/// <summary>Reads the certificate request of a kiosk. Only its key counts: the server gives the name. Pure.</summary>
internal static class KioskRequest
{
    private const string NistP256 = "1.2.840.10045.3.1.7";

    /// <summary>The key in a PKCS#10 request (DER). False, with a sentence, unless it is P-256 and the request is signed by it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> der, [NotNullWhen(true)] out PublicKey? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        if (der.IsEmpty || der.Length > ContractLimits.CertificateRequestBytes)
        {
            problem = $"certificate_request has {der.Length} bytes; 1 to {ContractLimits.CertificateRequestBytes} are allowed";
            return false;
        }

        try
        {
            var request = CertificateRequest.LoadSigningRequest(
                der, HashAlgorithmName.SHA256, out var read, CertificateRequestLoadOptions.Default);
            using var ecdsa = request.PublicKey.GetECDsaPublicKey();
            if (read != der.Length || ecdsa is null || ecdsa.ExportParameters(false).Curve.Oid.Value != NistP256)
            {
                problem = "certificate_request is not for a P-256 key, or has bytes after its end";
                return false;
            }

            key = request.PublicKey;
            problem = null;
            return true;
        }
        catch (Exception cause) when (cause is CryptographicException or NotSupportedException or ArgumentException)
        {
            problem = "certificate_request is no PKCS#10 request (DER) signed with SHA-256 by the key it names";
            return false;
        }
    }
}
