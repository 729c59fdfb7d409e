using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Server.Tests.Certificates;

public sealed class PeerCertificateTests : IDisposable
{
    private readonly KeyDirectory _keys = new();
    private readonly KeyDirectory _otherKeys = new();

    public void Dispose()
    {
        _keys.Dispose();
        _otherKeys.Dispose();
    }

    [Fact]
    public void A_kiosk_certificate_is_good_for_a_client_and_not_for_a_server()
    {
        using var authority = _keys.Open();
        using var kiosk = KeyDirectory.IssueKiosk(authority);
        Assert.Equal(PeerCertificateProblem.None, PeerCertificate.Check(kiosk, authority.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
        Assert.Equal(PeerCertificateProblem.WrongPurpose, PeerCertificate.Check(kiosk, authority.Certificate, PeerCertificate.ServerAuthentication, KeyDirectory.Now));
    }

    [Theory]
    [InlineData(-1, 0, PeerCertificateProblem.None)]
    [InlineData(-1, -1, PeerCertificateProblem.NotYetValid)]
    [InlineData(90, 0, PeerCertificateProblem.None)]
    [InlineData(90, 1, PeerCertificateProblem.Expired)]
    public void A_certificate_is_valid_from_its_first_to_its_last_second(int days, int seconds, PeerCertificateProblem expected)
    {
        using var authority = _keys.Open();
        using var kiosk = KeyDirectory.IssueKiosk(authority);
        var at = KeyDirectory.Now.AddDays(days).AddSeconds(seconds);
        Assert.Equal(expected, PeerCertificate.Check(kiosk, authority.Certificate, PeerCertificate.ClientAuthentication, at));
    }

    [Fact]
    public void A_certificate_of_another_installations_CA_is_foreign()
    {
        using var authority = _keys.Open();
        using var other = _otherKeys.Open();
        using var kiosk = KeyDirectory.IssueKiosk(other);
        Assert.Equal(PeerCertificateProblem.ForeignAuthority, PeerCertificate.Check(kiosk, authority.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
    }

    [Fact]
    public void A_self_signed_certificate_is_foreign()
    {
        using var authority = _keys.Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=KyCuong kiosk", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(PeerCertificate.ClientAuthentication)], false));
        using var certificate = request.CreateSelfSigned(KeyDirectory.Now.AddDays(-1), KeyDirectory.Now.AddDays(1));
        Assert.Equal(PeerCertificateProblem.ForeignAuthority, PeerCertificate.Check(certificate, authority.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
    }

    [Fact]
    public void A_certificate_issued_by_a_kiosk_is_foreign()
    {
        using var authority = _keys.Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var kiosk = authority.IssueKiosk(new PublicKey(key), "kycuong://A/kiosk/7", KeyDirectory.Now);
        var request = new CertificateRequest("CN=KyCuong kiosk", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(PeerCertificate.ClientAuthentication)], false));
        using var forged = request.Create(kiosk.SubjectName, X509SignatureGenerator.CreateForECDsa(key), KeyDirectory.Now.AddDays(-1), KeyDirectory.Now.AddDays(1), [1]);
        Assert.Equal(PeerCertificateProblem.ForeignAuthority, PeerCertificate.Check(forged, authority.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
    }

    /// <summary>Same name as the CA, signed by another key: found by the signature, not by the name.</summary>
    [Fact]
    public void A_certificate_that_only_names_the_CA_as_its_issuer_is_foreign()
    {
        using var authority = _keys.Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=KyCuong kiosk", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(PeerCertificate.ClientAuthentication)], false));
        using var forged = request.Create(authority.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), KeyDirectory.Now.AddDays(-1), KeyDirectory.Now.AddDays(1), [1]);
        Assert.Equal(PeerCertificateProblem.ForeignAuthority, PeerCertificate.Check(forged, authority.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
    }

    [Fact]
    public void A_certificate_of_the_CA_without_any_purpose_is_refused()
    {
        using var authority = _keys.Open();
        using var signing = X509Certificate2.CreateFromPem(File.ReadAllText(_keys.File("ca.crt")), File.ReadAllText(_keys.File("ca.key")));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = new CertificateRequest("CN=bare", key, HashAlgorithmName.SHA256).Create(signing, KeyDirectory.Now.AddDays(-1), KeyDirectory.Now.AddDays(1), [1]);
        Assert.Equal(PeerCertificateProblem.WrongPurpose, PeerCertificate.Check(bare, authority.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
    }
}
