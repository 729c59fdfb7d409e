using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KyCuong.Protos.Enrolment;

/// <summary>What is wrong with the certificate a peer showed; the first that applies.</summary>
public enum PeerCertificateProblem
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Another CA issued it, or it was altered.</summary>
    ForeignAuthority,

    /// <summary>It names other purposes than the one asked for, or none.</summary>
    WrongPurpose,

    /// <summary>Its time has not begun: either clock may be wrong.</summary>
    NotYetValid,

    /// <summary>Its time is over; at the server it may still renew itself.</summary>
    Expired,
}

/// <summary>
/// How both ends judge a certificate: issued directly by the one CA of the installation, for the purpose it is used for,
/// within its time. No store of the machine, no download and no host name has a say. Pure and thread-safe.
/// </summary>
/// <remarks>
/// The CA of an installation is the <i>issuing</i> CA, which is not self-signed: SslStream on Linux leaves a self-signed
/// root out of the handshake, and the kiosk must see the CA there to compare it with its enrolment code before it sends
/// the secret. A plain chain build against it as a custom root therefore ends in PartialChain; this check does not.
/// </remarks>
public static class PeerCertificate
{
    /// <summary>Purpose of a server's certificate (RFC 5280, 4.2.1.12).</summary>
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Purpose of a kiosk's certificate (RFC 5280, 4.2.1.12).</summary>
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>Judges a certificate.</summary>
    /// <param name="certificate">What the peer showed.</param>
    /// <param name="authority">The CA that must have issued it.</param>
    /// <param name="purpose">The purpose it must name: <see cref="ServerAuthentication"/> or <see cref="ClientAuthentication"/>.</param>
    /// <param name="at">The instant at which it must be valid.</param>
    public static PeerCertificateProblem Check(X509Certificate2 certificate, X509Certificate2 authority, string purpose, DateTimeOffset at)
    {
        if (!IsIssuedBy(certificate, authority)) return PeerCertificateProblem.ForeignAuthority;
        // Asked of the extension itself: a chain policy lets a certificate without any purpose pass for every purpose.
        if (!Names(certificate, purpose)) return PeerCertificateProblem.WrongPurpose;
        if (at.UtcDateTime < certificate.NotBefore.ToUniversalTime()) return PeerCertificateProblem.NotYetValid;
        return at.UtcDateTime > certificate.NotAfter.ToUniversalTime() ? PeerCertificateProblem.Expired : PeerCertificateProblem.None;
    }

    /// <summary>The URIs among the subject alternative names, in their order; empty when there are none or the extension is malformed.</summary>
    public static IReadOnlyList<string> UriNames(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != SubjectAlternativeName) continue;
            try
            {
                var sequence = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (sequence.HasData)
                {
                    if (sequence.PeekTag().HasSameClassAndValue(UriTag)) names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
                    else sequence.ReadEncodedValue();
                }
            }
            catch (AsnContentException)
            {
                return [];
            }
        }

        return names;
    }

    private static bool Names(X509Certificate2 certificate, string purpose)
    {
        try
        {
            return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages.Cast<Oid>().Any(o => o.Value == purpose));
        }
        catch (CryptographicException)
        {
            // Malformed: it names nothing.
            return false;
        }
    }

    private static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(authority);
        policy.ExtraStore.Add(authority);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        // Nothing above the authority is known here; that it is ours is asked below. Time is the caller's question.
        policy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority | X509VerificationFlags.IgnoreNotTimeValid;
        try
        {
            return chain.Build(certificate) && chain.ChainElements.Count == 2
                && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span);
        }
        catch (CryptographicException)
        {
            // OpenSSL gives up on what a stranger may well show: a key that is no point of its curve, an algorithm there is not.
            return false;
        }
    }
}
