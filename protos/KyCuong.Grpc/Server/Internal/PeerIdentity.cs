using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Where a client is and who its certificate says it is. Pure.</summary>
internal static class PeerIdentity
{
    private const string CommonName = "x509_common_name";
    private const string AlternativeName = "x509_subject_alternative_name";

    public static string Address(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } v6 when !v6.IsIPv4MappedToIPv6 => $"ipv6:[{v6}]:{connection.RemotePort}",
        var v4 => $"ipv4:{(v4.IsIPv4MappedToIPv6 ? v4.MapToIPv4() : v4)}:{connection.RemotePort}",
    };

    public static AuthContext Auth(X509Certificate2? certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (certificate is null) return new AuthContext(null, properties);

        var names = new List<AuthProperty>();
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
            foreach (var name in extension.EnumerateDnsNames())
                names.Add(AuthProperty.Create(AlternativeName, Encoding.UTF8.GetBytes(name)));
        if (names.Count > 0) properties[AlternativeName] = names;
        var common = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        if (!string.IsNullOrEmpty(common)) properties[CommonName] = [AuthProperty.Create(CommonName, Encoding.UTF8.GetBytes(common))];
        return new AuthContext(names.Count > 0 ? AlternativeName : properties.Count > 0 ? CommonName : null, properties);
    }
}
