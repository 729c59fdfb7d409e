using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Resources;
using KyCuong.Protos.Badges;

namespace KyCuong.Kiosk.Identity;

/// <summary>
/// The <c>identity</c> directory, mode 0700, files 0600: <c>kiosk.pem</c> (private key and certificate together, so that a
/// renewal replaces both at once), <c>authority.pem</c>, <c>kiosk.json</c> (names, server, badge keys). A new enrolment
/// appears by one rename: whole or not at all. One process at a time (see <see cref="DirectoryLock"/>).
/// </summary>
public sealed class IdentityStore(DataDirectory directory)
{
    private const string CertificateFile = "kiosk.pem";
    private const string AuthorityFile = "authority.pem";
    private const string FactsFile = "kiosk.json";

    /// <summary>The identity; null before enrolment.</summary>
    /// <exception cref="KioskException">Its files are damaged.</exception>
    public KioskIdentity? Load()
    {
        if (!Directory.Exists(directory.Identity)) return null;
        try
        {
            var facts = Present(JsonNode.Parse(File.ReadAllText(In(FactsFile))), "{ … }").AsObject();
            var pem = File.ReadAllText(In(CertificateFile));
            return new KioskIdentity
            {
                Server = new Uri(Text(facts, "server")),
                AgencyCode = Text(facts, "agencyCode"),
                AgencyName = Text(facts, "agencyName"),
                KioskId = Present(facts["kioskId"], "kioskId").GetValue<ulong>(),
                KioskCode = Text(facts, "kioskCode"),
                KioskName = Text(facts, "kioskName"),
                TimeZone = Text(facts, "timeZone"),
                BadgeKeys = [.. Present(facts["badgeKeys"], "badgeKeys").AsArray().Select(ReadKey)],
                Authority = X509Certificate2.CreateFromPem(File.ReadAllText(In(AuthorityFile))),
                Certificate = TlsKey.Usable(X509Certificate2.CreateFromPem(pem, pem)),
                Retired = facts["retired"]?.GetValue<string>(),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or CryptographicException
            or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new KioskException(EnrolmentText.IdentityDamaged(directory.Identity, e.Message), e);
        }
    }

    /// <summary>Keeps a new enrolment; an earlier one is set aside beside it and not deleted.</summary>
    public void Create(KioskIdentity identity)
    {
        var staging = directory.Identity + ".new";
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        AtomicFile.CreateDirectory(staging);
        AtomicFile.Write(Path.Combine(staging, CertificateFile), Encoding.ASCII.GetBytes(Pem(identity)));
        AtomicFile.Write(Path.Combine(staging, AuthorityFile), Encoding.ASCII.GetBytes(identity.Authority.ExportCertificatePem() + "\n"));
        AtomicFile.Write(Path.Combine(staging, FactsFile), Facts(identity));
        if (Directory.Exists(directory.Identity))
        {
            var aside = directory.Identity + ".old";
            if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
            Directory.Move(directory.Identity, aside);
        }

        Directory.Move(staging, directory.Identity);
        DurableFile.SyncDirectory(directory.Root);
    }

    /// <summary>Replaces names, badge keys and state, not the certificate.</summary>
    public void SaveFacts(KioskIdentity identity) => AtomicFile.Write(In(FactsFile), Facts(identity));

    /// <summary>Replaces the certificate and its key together.</summary>
    public void SaveCertificate(KioskIdentity identity) => AtomicFile.Write(In(CertificateFile), Encoding.ASCII.GetBytes(Pem(identity)));

    private string In(string file) => Path.Combine(directory.Identity, file);

    private static string Pem(KioskIdentity identity)
    {
        using var key = identity.Certificate.GetECDsaPrivateKey()
            ?? throw new InvalidOperationException("The kiosk's certificate has no private key.");
        return identity.Certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static byte[] Facts(KioskIdentity identity)
    {
        var facts = new JsonObject
        {
            ["server"] = identity.Server.ToString(),
            ["agencyCode"] = identity.AgencyCode,
            ["agencyName"] = identity.AgencyName,
            ["kioskId"] = identity.KioskId,
            ["kioskCode"] = identity.KioskCode,
            ["kioskName"] = identity.KioskName,
            ["timeZone"] = identity.TimeZone,
            ["badgeKeys"] = new JsonArray([.. identity.BadgeKeys.Select(key =>
                (JsonNode)new JsonObject { ["keyId"] = key.KeyId, ["key"] = Convert.ToBase64String(key.Key.Span) })]),
            ["retired"] = identity.Retired,
        };
        return Encoding.UTF8.GetBytes(facts.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    private static BadgeKeySecret ReadKey(JsonNode? node)
    {
        var facts = Present(node, "badgeKeys[]").AsObject();
        var key = Convert.FromBase64String(Text(facts, "key"));
        return key.Length == BadgeHasher.KeySize
            ? new BadgeKeySecret(Present(facts["keyId"], "keyId").GetValue<uint>(), key)
            : throw new FormatException(EnrolmentText.BadgeKeyLength(BadgeHasher.KeySize));
    }

    private static string Text(JsonObject facts, string key) =>
        Present(facts[key], key).GetValue<string>();

    private static JsonNode Present(JsonNode? node, string key) => node ?? throw new FormatException(EnrolmentText.FactMissing(FactsFile, key));
}
