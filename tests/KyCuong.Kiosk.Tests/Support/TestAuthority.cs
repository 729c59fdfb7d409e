using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KyCuong.Kiosk.Tests.Support;

/// <summary>A small authority as the server's is: an issuing CA under a root whose key is forgotten.</summary>
internal sealed class TestAuthority
{
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly X509Certificate2 _signing;

    public TestAuthority()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Request("CN=Test root", rootKey, authority: true).CreateSelfSigned(Begin, Begin.AddYears(60));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = Request("CN=Test CA", key, authority: true).Create(root, Begin, Begin.AddYears(60), RandomNumberGenerator.GetBytes(8));
        _signing = bare.CopyWithPrivateKey(key);
        Certificate = X509CertificateLoader.LoadCertificate(_signing.RawData);
    }

    private TestAuthority(X509Certificate2 signing, X509Certificate2 shown) => (_signing, Certificate) = (signing, shown);

    public X509Certificate2 Certificate { get; }

    /// <summary>Signs with this authority's key and shows another's certificate.</summary>
    public TestAuthority ShowingInstead(TestAuthority other) => new(_signing, other.Certificate);

    public X509Certificate2 IssueKiosk(ReadOnlySpan<byte> request, string name, TimeSpan life)
    {
        var asked = CertificateRequest.LoadSigningRequest(request.ToArray(), HashAlgorithmName.SHA256);
        return Issue(new CertificateRequest(new X500DistinguishedName("CN=kiosk"), asked.PublicKey, HashAlgorithmName.SHA256), name, ClientPurpose, life);
    }

    /// <summary>A server's certificate with this name and purpose, or without; valid from and to so long from now.</summary>
    public SslStreamCertificateContext IssueServer(string? name, string? purpose = ServerPurpose, TimeSpan? begin = null, TimeSpan? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = Issue(Request("CN=server", key, authority: false), name, purpose, end ?? TimeSpan.FromDays(90), begin ?? TimeSpan.FromHours(-1));
        return SslStreamCertificateContext.Create(bare.CopyWithPrivateKey(key), [Certificate], offline: true);
    }

    /// <summary>A server that is its own authority, and shows this one beside.</summary>
    public SslStreamCertificateContext SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Named(Request("CN=server", key, authority: false), name, ServerPurpose);
        var now = RealClock.Wall.GetUtcNow();
        return SslStreamCertificateContext.Create(request.CreateSelfSigned(now.AddHours(-1), now.AddDays(9)), [Certificate], offline: true);
    }

    private X509Certificate2 Issue(CertificateRequest request, string? name, string? purpose, TimeSpan life, TimeSpan? begin = null)
    {
        var now = RealClock.Wall.GetUtcNow();
        return Named(request, name, purpose).Create(_signing, now + (begin ?? TimeSpan.FromHours(-1)), now + life, RandomNumberGenerator.GetBytes(8));
    }

    private static CertificateRequest Named(CertificateRequest request, string? name, string? purpose)
    {
        if (purpose is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        if (name is null) return request;
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence()) names.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 6));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", names.Encode(), critical: false));
        return request;
    }

    private static CertificateRequest Request(string subject, ECDsa key, bool authority)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, critical: true));
        return request;
    }
}
