using System.Security.Cryptography.X509Certificates;

namespace KyCuong.Kiosk.Identity;

/// <summary>A certificate with its private key as the machine's TLS can use it: the seam between Linux and Windows.</summary>
internal static class TlsKey
{
    /// <summary>
    /// The same on Linux. Windows' TLS runs in another process, to which a key in this one's memory is no key: there it goes into the account's
    /// key store for as long as the result lives, and the given certificate is disposed. It can still be exported, for the file it is kept in.
    /// </summary>
    public static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows()) return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
