using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Server.Certificates;

namespace KyCuong.Fuzz.Targets;

/// <summary>A stranger's certificate request (PKCS#10, DER): refused with a sentence, or it is for a P-256 key.</summary>
internal sealed class RequestTarget : ITarget
{
    public string Name => "certificate-request";

    public int Weight => 10;

    public IReadOnlyList<byte[]> Seeds { get; } = [Make(ECCurve.NamedCurves.nistP256), Make(ECCurve.NamedCurves.nistP384), MakeRsa()];

    public long MostAllocated(int inputBytes) => 256 * 1024 + (64L * inputBytes);

    public string? Take(byte[] input)
    {
        if (!KioskRequest.TryRead(input, out var key, out var problem)) return string.IsNullOrWhiteSpace(problem) ? "refused without a sentence" : null;
        using var ecdsa = key.GetECDsaPublicKey();
        return ecdsa?.KeySize == 256 ? null : "a request for another key than P-256 was taken";
    }

    private static byte[] Make(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    private static byte[] MakeRsa()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=kiosk", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
    }
}
