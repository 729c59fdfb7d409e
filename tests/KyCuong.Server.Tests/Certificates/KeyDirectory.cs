using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Server.Certificates;

namespace KyCuong.Server.Tests.Certificates;

/// <summary>A key directory of its own, a clock that stands, and requests as a kiosk makes them.</summary>
internal sealed class KeyDirectory : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 5, 13, 0, 0, 0, TimeSpan.Zero);

    public string Path { get; } = Directory.CreateTempSubdirectory("kycuong-keys-").FullName;

    public StandingClock Clock { get; } = new(Now);

    public CertificateAuthority Open() => CertificateAuthority.OpenOrCreate(System.IO.Path.Combine(Path, "keys"), Clock);

    public string File(string name) => System.IO.Path.Combine(Path, "keys", name);

    public static byte[] Request(ECDsa key) => new CertificateRequest("CN=anything", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public static X509Certificate2 IssueKiosk(CertificateAuthority authority, string name = "kycuong://A/kiosk/7")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(KioskRequest.TryRead(Request(key), out var publicKey, out var problem), problem);
        return authority.IssueKiosk(publicKey, name, Now);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A clock that says what it is told.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
