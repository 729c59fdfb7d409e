using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos;
using KyCuong.Server.Certificates;

namespace KyCuong.Server.Tests.Certificates;

public sealed class KioskRequestTests
{
    [Fact]
    public void A_request_for_a_P256_key_gives_that_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(KioskRequest.TryRead(KeyDirectory.Request(key), out var found, out _));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), found.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void A_request_for_another_curve_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        AssertRefused(KeyDirectory.Request(key), "P-256");
    }

    [Fact]
    public void A_request_for_an_RSA_key_is_refused()
    {
        using var key = RSA.Create(2048);
        AssertRefused(new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(), "P-256");
    }

    [Fact]
    public void A_request_that_its_own_key_did_not_sign_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=x"), new PublicKey(key), HashAlgorithmName.SHA256);
        AssertRefused(request.CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(other)), "signed");
    }

    [Fact]
    public void Bytes_after_the_request_are_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        AssertRefused([.. KeyDirectory.Request(key), 0], "PKCS#10", "bytes after");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ContractLimits.CertificateRequestBytes + 1)]
    public void A_request_of_a_length_outside_the_contract_is_refused(int length) => AssertRefused(new byte[length], "bytes");

    [Fact]
    public void A_request_with_any_byte_altered_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = KeyDirectory.Request(key);
        for (var i = 0; i < request.Length; i++)
        {
            var altered = request.ToArray();
            altered[i] ^= 0x41;
            Assert.False(KioskRequest.TryRead(altered, out _, out var problem), $"byte {i}");
            Assert.NotEmpty(problem);
        }
    }

    private static void AssertRefused(byte[] request, params string[] anyOf)
    {
        Assert.False(KioskRequest.TryRead(request, out _, out var problem));
        Assert.True(anyOf.Any(word => problem.Contains(word, StringComparison.Ordinal)), problem);
    }
}
