using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Server.Certificates;

/// <summary>
/// The installation's own small CA (P-256), made on first start in the key directory:
/// <c>ca.key</c> and <c>ca.crt</c>, the issuing CA whose hash stands in every enrolment code and which every kiosk pins;
/// <c>root.crt</c>, the root above it, for programs that want a self-signed anchor (browsers, other gRPC clients).
/// Thread-safe.
/// </summary>
/// <remarks>
/// Why two levels: a kiosk compares the CA with its code <i>during</i> the handshake, before it sends the secret, so the
/// server must send the CA. SslStream on Linux leaves a self-signed certificate at the end of the chain out, whatever it
/// is given; one issued by a root that is not at hand it sends. The root's key signs once and is forgotten.
/// </remarks>
public sealed class CertificateAuthority : IDisposable
{
    private const int SerialBytes = 16;
    private readonly X509Certificate2 _signing;

    private CertificateAuthority(X509Certificate2 signing)
    {
        _signing = signing;
        Certificate = X509CertificateLoader.LoadCertificate(signing.RawData);
    }

    /// <summary>The issuing CA, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Opens the CA in this directory, or makes it when there is none yet.</summary>
    /// <param name="keyDirectory">Made with mode 0700 if missing. One process at a time opens it.</param>
    /// <param name="time">When the CA begins.</param>
    /// <exception cref="InvalidDataException">Its files are damaged, do not belong together, or are open to others.</exception>
    /// <exception cref="IOException">The files cannot be read or written.</exception>
    public static CertificateAuthority OpenOrCreate(string keyDirectory, TimeProvider time)
    {
        SecretFile.CreateDirectory(keyDirectory);
        var certificatePath = Path.Combine(keyDirectory, "ca.crt");
        var keyPath = Path.Combine(keyDirectory, "ca.key");
        var certificate = SecretFile.Read(certificatePath);
        var key = SecretFile.Read(keyPath);
        // The certificate is written last: without it no kiosk has seen a key that lies there.
        if (certificate is null) return Create(keyDirectory, certificatePath, keyPath, time);
        if (key is null)
            throw new InvalidDataException($"{certificatePath} is there but {keyPath} is not; restore the key from the backup, or every kiosk must be enrolled again.");
        try
        {
            using var pair = ECDsa.Create();
            pair.ImportFromPem(System.Text.Encoding.ASCII.GetString(key));
            using var bare = X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(certificate));
            return new CertificateAuthority(bare.CopyWithPrivateKey(pair));
        }
        catch (Exception cause) when (cause is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{certificatePath} and {keyPath} are damaged or do not belong together; restore both from the backup.", cause);
        }
    }

    /// <summary>A certificate for the key in a kiosk's request: client authentication, its name as SAN URI. DER.</summary>
    /// <param name="key">The key the kiosk made.</param>
    /// <param name="name">Its name (<see cref="PeerName.Kiosk"/>).</param>
    /// <param name="now">When it is issued.</param>
    public X509Certificate2 IssueKiosk(PublicKey key, string name, DateTimeOffset now) =>
        Issue(key, "CN=KyCuong kiosk", PeerCertificate.ClientAuthentication, [name], [], now);

    /// <summary>A new server certificate with its key, in memory only: kiosks pin the CA, so each start may have its own.</summary>
    /// <param name="uriNames">One name an agency (<see cref="PeerName.Server"/>).</param>
    /// <param name="dnsNames">Names for clients that look at host names.</param>
    /// <param name="now">When it is issued.</param>
    public X509Certificate2 IssueServer(IReadOnlyList<string> uriNames, IReadOnlyList<string> dnsNames, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(new PublicKey(key), "CN=KyCuong server", PeerCertificate.ServerAuthentication, uriNames, dnsNames, now);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Signs a statement of the server's own, e.g. a tombstone: ECDSA with SHA-256, r and s, 64 bytes. It begins with a mark that no certificate begins with.</summary>
    public byte[] Sign(byte[] statement)
    {
        using var key = _signing.GetECDsaPrivateKey()!;
        return key.SignData(statement, HashAlgorithmName.SHA256);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _signing.Dispose();
        Certificate.Dispose();
    }

    private X509Certificate2 Issue(
        PublicKey key, string subject, string purpose, IReadOnlyList<string> uriNames, IReadOnlyList<string> dnsNames, DateTimeOffset now)
    {
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        request.CertificateExtensions.Add(SubjectNames.Create(uriNames, dnsNames));
        request.CertificateExtensions.Add(AuthorityKey(Certificate));
        var end = now + CertificateTimes.Life;
        return request.Create(_signing, Begin(now), end < _signing.NotAfter ? end : _signing.NotAfter, Serial());
    }

    private static CertificateAuthority Create(string directory, string certificatePath, string keyPath, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var begin = Begin(now);
        var end = begin + CertificateTimes.AuthorityLife;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = AuthorityRequest("CN=KyCuong root", rootKey, pathLength: 1).CreateSelfSigned(begin, end);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = AuthorityRequest("CN=KyCuong CA", key, pathLength: 0);
        request.CertificateExtensions.Add(AuthorityKey(root));
        using var bare = request.Create(root, begin, end, Serial());
        SecretFile.Write(Path.Combine(directory, "root.crt"), Ascii(root.ExportCertificatePem()));
        SecretFile.Write(keyPath, Ascii(key.ExportPkcs8PrivateKeyPem()));
        SecretFile.Write(certificatePath, Ascii(bare.ExportCertificatePem()));
        return new CertificateAuthority(bare.CopyWithPrivateKey(key));
    }

    private static CertificateRequest AuthorityRequest(string subject, ECDsa key, int pathLength)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static X509AuthorityKeyIdentifierExtension AuthorityKey(X509Certificate2 issuer) =>
        X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false);

    private static DateTimeOffset Begin(DateTimeOffset now) => now - CertificateTimes.Backdated;

    // A positive integer that no other certificate has (RFC 5280, 4.1.2.2).
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return serial;
    }

    private static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text + "\n");
}
