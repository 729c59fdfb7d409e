using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Server.Certificates;

/// <summary>
/// The server's certificate in use, with the chain to send. It is made anew when two thirds of its life are over or when an
/// agency has been added; connections that stand keep the old one. Thread-safe.
/// </summary>
public sealed class ServerCertificate
{
    private static readonly string[] DnsNames = Distinct("localhost", Environment.MachineName);
    private readonly Lock _lock = new();
    private readonly CertificateAuthority _authority;
    private readonly TimeProvider _time;
    private string[] _agencies;
    private DateTimeOffset _made;
    private SslStreamCertificateContext _context;

    /// <summary>A certificate for the server of these agencies (codes).</summary>
    public ServerCertificate(CertificateAuthority authority, IEnumerable<string> agencies, TimeProvider time)
    {
        _authority = authority;
        _time = time;
        _agencies = [.. agencies];
        (_made, _context) = Make();
    }

    /// <summary>What the next handshake shows, when the store has these agencies (codes).</summary>
    public SslStreamCertificateContext For(IReadOnlyCollection<string> agencies)
    {
        lock (_lock)
        {
            var named = agencies.SequenceEqual(_agencies, StringComparer.Ordinal);
            if (!named) _agencies = [.. agencies];
            if (!named || _time.GetUtcNow() - _made >= CertificateTimes.RenewalAge) (_made, _context) = Make();
            return _context;
        }
    }

    private (DateTimeOffset Made, SslStreamCertificateContext Context) Make()
    {
        var now = _time.GetUtcNow();
        var certificate = _authority.IssueServer([.. _agencies.Select(PeerName.Server)], DnsNames, now);
        // Offline: the handshake never waits for a download. The issuing CA goes along because its own issuer is not at hand.
        return (now, SslStreamCertificateContext.Create(certificate, [_authority.Certificate], offline: true));
    }

    private static string[] Distinct(params string[] names) =>
        [.. names.Where(name => Uri.CheckHostName(name) == UriHostNameType.Dns).Distinct(StringComparer.OrdinalIgnoreCase)];
}
