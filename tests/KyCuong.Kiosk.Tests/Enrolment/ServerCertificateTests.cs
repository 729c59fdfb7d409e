using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using KyCuong.Kiosk.Enrolment;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Enrolment;

/// <summary>
/// Every server that is not the agency's, over real TLS (reliability test S4): the kiosk ends the connection with the handshake, in which
/// its certificate may have been shown (its number, no secret), and sends nothing. An expired certificate of the right server is believed: a kiosk without a working clock must reach it to learn the time.
/// </summary>
public sealed class ServerCertificateTests
{
    public static TheoryData<string, bool> Servers => new()
    {
        { "of another authority", false },
        { "of another authority, showing ours", false },
        { "self-signed", false },
        { "of another agency", false },
        { "a kiosk", false },
        { "a kiosk's name, for servers", false },
        { "for clients", false },
        { "for no purpose", false },
        { "without a name", false },
        { "expired", true },
        { "not yet valid", true },
        { "the agency's", true },
    };

    [Theory, MemberData(nameof(Servers))]
    public async Task An_enrolled_kiosk_speaks_to_its_agencys_server_alone(string which, bool isBelieved)
    {
        await using var home = await FakeServer.StartAsync();
        using var folder = new TempFolder();
        var code = EnrolmentCode.Create(home.State.Secret, home.Authority.Certificate.RawData);
        var identity = await Enroller.EnrolAsync(home.Address, code, "test", "test", RealClock.Wall, CancellationToken.None);
        await using var server = await FakeServer.StartAsync(home.Authority, context: Make(which, home.Authority));
        var finding = new HandshakeFinding();
        using var channel = ServerChannel.ToServer(identity with { Server = server.Address }, RealClock.Patience, finding);
        using var call = new KioskLink.KioskLinkClient(channel).Connect();
        await WriteAsync(call);
        if (isBelieved)
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.NotEmpty(server.State.Hellos);
            Assert.Null(finding.Problem);
            return;
        }

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.NotNull(finding.Problem);
        Assert.Empty(server.State.Hellos);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_kiosk_that_enrols_gives_its_secret_to_the_codes_server_alone(string which, bool isBelieved)
    {
        var authority = new TestAuthority();
        await using var server = await FakeServer.StartAsync(authority, context: Make(which, authority));
        var enrolment = Enroller.EnrolAsync(server.Address, EnrolmentCode.Create(server.State.Secret, authority.Certificate.RawData), "test", "test", RealClock.Wall, CancellationToken.None);
        // The code names the authority and no agency: another agency of the same installation is known by its answer.
        if (isBelieved)
        {
            Assert.Equal(FakeServer.Agency, (await enrolment).AgencyCode);
            Assert.Single(server.State.Secrets);
            return;
        }

        await Assert.ThrowsAsync<KioskException>(() => enrolment);
        Assert.Equal(which == "of another agency" ? 1 : 0, server.State.Secrets.Count);
    }

    private static System.Net.Security.SslStreamCertificateContext Make(string which, TestAuthority ours) => which switch
    {
        "of another authority" => new TestAuthority().IssueServer(PeerName.Server(FakeServer.Agency)),
        "of another authority, showing ours" => new TestAuthority().ShowingInstead(ours).IssueServer(PeerName.Server(FakeServer.Agency)),
        "self-signed" => ours.SelfSigned(PeerName.Server(FakeServer.Agency)),
        "of another agency" => ours.IssueServer(PeerName.Server("KHAC")),
        "a kiosk" => ours.IssueServer(PeerName.Kiosk(FakeServer.Agency, 1), TestAuthority.ClientPurpose),
        "a kiosk's name, for servers" => ours.IssueServer(PeerName.Kiosk(FakeServer.Agency, 1)),
        "for clients" => ours.IssueServer(PeerName.Server(FakeServer.Agency), TestAuthority.ClientPurpose),
        "for no purpose" => ours.IssueServer(PeerName.Server(FakeServer.Agency), null),
        "without a name" => ours.IssueServer(null),
        "expired" => ours.IssueServer(PeerName.Server(FakeServer.Agency), begin: TimeSpan.FromDays(-9), end: TimeSpan.FromDays(-1)),
        "not yet valid" => ours.IssueServer(PeerName.Server(FakeServer.Agency), begin: TimeSpan.FromDays(1), end: TimeSpan.FromDays(9)),
        "the agency's" => ours.IssueServer(PeerName.Server(FakeServer.Agency)),
        _ => throw new ArgumentException(which),
    };

    private static async Task WriteAsync(AsyncDuplexStreamingCall<KioskMessage, ServerMessage> call)
    {
        try
        {
            await call.RequestStream.WriteAsync(new KioskMessage { Hello = new Hello { Epoch = Google.Protobuf.ByteString.CopyFrom(new byte[16]), BootId = Google.Protobuf.ByteString.CopyFrom(new byte[16]) } });
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException)
        {
            // Nobody is there to write to; reading tells why.
        }
    }
}
