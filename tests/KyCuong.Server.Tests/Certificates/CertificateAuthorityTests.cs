using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KyCuong.Protos.Enrolment;
using KyCuong.Server.Certificates;

namespace KyCuong.Server.Tests.Certificates;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly KeyDirectory _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void The_CA_is_made_once_and_found_again()
    {
        using var first = _keys.Open();
        using var second = _keys.Open();
        Assert.Equal(first.Certificate.RawData, second.Certificate.RawData);
        using var kiosk = KeyDirectory.IssueKiosk(second);
        Assert.Equal(PeerCertificateProblem.None, PeerCertificate.Check(kiosk, first.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
    }

    [Fact]
    public void Keys_are_readable_by_their_owner_alone()
    {
        if (OperatingSystem.IsWindows()) return;
        _keys.Open().Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_keys.File("ca.key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(_keys.File("ca.key"))!));
    }

    [Fact]
    public void A_key_open_to_others_is_refused_with_the_remedy()
    {
        if (OperatingSystem.IsWindows()) return;
        _keys.Open().Dispose();
        File.SetUnixFileMode(_keys.File("ca.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var refused = Assert.Throws<InvalidDataException>(_keys.Open);
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CA_without_its_key_is_refused_rather_than_made_anew()
    {
        _keys.Open().Dispose();
        File.Delete(_keys.File("ca.key"));
        var refused = Assert.Throws<InvalidDataException>(_keys.Open);
        Assert.Contains("backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_start_cut_off_before_the_certificate_was_written_begins_anew()
    {
        _keys.Open().Dispose();
        File.Delete(_keys.File("ca.crt"));
        using var authority = _keys.Open();
        using var kiosk = KeyDirectory.IssueKiosk(authority);
        Assert.Equal(PeerCertificateProblem.None, PeerCertificate.Check(kiosk, authority.Certificate, PeerCertificate.ClientAuthentication, KeyDirectory.Now));
    }

    [Fact]
    public void The_key_of_another_CA_is_refused()
    {
        _keys.Open().Dispose();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SecretFile.Write(_keys.File("ca.key"), System.Text.Encoding.ASCII.GetBytes(other.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<InvalidDataException>(_keys.Open);
    }

    [Fact]
    public void A_certificate_carries_its_name_to_the_letter_and_lives_90_days()
    {
        using var authority = _keys.Open();
        using var kiosk = KeyDirectory.IssueKiosk(authority, PeerName.Kiosk("BQLKCN", 7));
        Assert.Equal(["kycuong://BQLKCN/kiosk/7"], PeerCertificate.UriNames(kiosk));
        Assert.Equal(KeyDirectory.Now.UtcDateTime.AddDays(90), kiosk.NotAfter.ToUniversalTime());
        Assert.Equal(KeyDirectory.Now.UtcDateTime.AddDays(-1), kiosk.NotBefore.ToUniversalTime());
    }

    [Fact]
    public void A_programs_own_chain_build_reaches_the_root()
    {
        using var authority = _keys.Open();
        using var server = authority.IssueServer(["kycuong://A/server"], ["localhost"], KeyDirectory.Now);
        using var root = X509Certificate2.CreateFromPem(File.ReadAllText(_keys.File("root.crt")));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.Add(authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = KeyDirectory.Now.UtcDateTime;
        Assert.True(chain.Build(server), string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation)));
        Assert.True(server.MatchesHostname("localhost"));
    }

    /// <summary>What enrolment stands on: the kiosk sees the CA of its code before it sends anything.</summary>
    [Fact]
    public async Task The_handshake_shows_the_CA_that_the_enrolment_code_names()
    {
        using var authority = _keys.Open();
        var code = EnrolmentCode.Create(new byte[EnrolmentCode.SecretSize], authority.Certificate.RawData);
        var server = new ServerCertificate(authority, ["A"], _keys.Clock);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var accepted = await listener.AcceptTcpClientAsync();
        await using var serverSide = new SslStream(accepted.GetStream());
        List<byte[]> presented = [];
        await using var clientSide = new SslStream(client.GetStream(), false, (_, _, chain, _) =>
        {
            presented = [.. chain!.ChainPolicy.ExtraStore.Select(c => c.RawData)];
            return true;
        });
        await Task.WhenAll(
            serverSide.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = server.For(["A"]) }),
            clientSide.AuthenticateAsClientAsync("anything"));
        Assert.Contains(presented, der => code.IsFor(der));
    }

    [Fact]
    public void The_server_certificate_is_renewed_at_two_thirds_of_its_life()
    {
        using var authority = _keys.Open();
        var server = new ServerCertificate(authority, ["A"], _keys.Clock);
        var first = server.For(["A"]);
        _keys.Clock.Now += TimeSpan.FromDays(60) - TimeSpan.FromTicks(1);
        Assert.Same(first, server.For(["A"]));
        _keys.Clock.Now += TimeSpan.FromTicks(1);
        Assert.NotSame(first, server.For(["A"]));
    }

    [Fact]
    public void A_new_agency_gets_its_name_into_the_server_certificate()
    {
        using var authority = _keys.Open();
        var server = new ServerCertificate(authority, ["A"], _keys.Clock);
        var first = server.For(["A"]);
        Assert.Same(first, server.For(["A"]));
        Assert.Equal(["kycuong://A/server", "kycuong://B/server"], PeerCertificate.UriNames(server.For(["A", "B"]).TargetCertificate));
    }
}
