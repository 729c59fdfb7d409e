using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace KyCuong.Server.Certificates;

/// <summary>
/// Writes the subject alternative names of a certificate (RFC 5280, 4.2.1.6). The platform's builder takes a
/// <see cref="Uri"/>, which writes the agency's code in lower case; our names are compared to the letter. Pure.
/// </summary>
internal static class SubjectNames
{
    private const string Oid = "2.5.29.17";
    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>The extension for these names; at least one in all, ASCII.</summary>
    public static X509Extension Create(IReadOnlyList<string> uris, IReadOnlyList<string> dnsNames)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var uri in uris) writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, Uri);
            foreach (var name in dnsNames) writer.WriteCharacterString(UniversalTagNumber.IA5String, name, Dns);
        }

        return new X509Extension(Oid, writer.Encode(), critical: false);
    }
}
