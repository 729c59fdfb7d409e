using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Fuzz.Targets;

/// <summary>An issuing authority under a root, as an installation's, and what it issues. Its keys are made anew each run: no check depends on them.</summary>
internal static class TestCertificates
{
    /// <summary>When everything is valid.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private static readonly X509Certificate2 Signing = MakeAuthority();

    /// <summary>The authority, without its key.</summary>
    public static X509Certificate2 Authority { get; } = X509CertificateLoader.LoadCertificate(Signing.RawData);

    /// <summary>A certificate with these extensions, whatever is in them.</summary>
    public static X509Certificate2 Issue(params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions) request.CertificateExtensions.Add(extension);
        return request.Create(Signing, Now.AddDays(-1), Now.AddDays(90), [1, 2, 3]);
    }

    /// <summary>A kiosk's, in DER.</summary>
    public static byte[] Kiosk(string name)
    {
        using var certificate = Issue(Purpose(PeerCertificate.ClientAuthentication), KyCuong.Server.Certificates.SubjectNames.Create([name], []));
        return certificate.RawData;
    }

    /// <summary>The extension that names a purpose.</summary>
    public static X509Extension Purpose(string oid) => new X509EnhancedKeyUsageExtension([new Oid(oid)], critical: true);

    private static X509Certificate2 MakeAuthority()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Request("CN=root", rootKey, 1).CreateSelfSigned(Now.AddYears(-1), Now.AddYears(9));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = Request("CN=authority", key, 0).Create(root, Now.AddYears(-1), Now.AddYears(9), [9]);
        return bare.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string name, ECDsa key, int below)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, below, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }
}
