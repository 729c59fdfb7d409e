using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Grpc.InteropHost;

/// <summary>Which certificates of the other end are good.</summary>
internal static class CertificateRules
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Issued by that very CA, valid now, and made for that purpose: a server's certificate opens no client's door.</summary>
    public static bool IsOf(X509Certificate2 ca, X509Certificate2 certificate, string purpose)
    {
        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(e => e.EnhancedKeyUsages.Cast<Oid>()).Any(o => o.Value == purpose))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        return chain.Build(certificate);
    }
}
