using KyCuong.Kiosk.Commands;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.Enrolment;

namespace KyCuong.Kiosk.Tests.Enrolment;

public sealed class EnrolmentTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _folder.Dispose();

    private Task<int> EnrolAsync(Uri server, EnrolmentCode code, params string[] more)
    {
        var commands = new KioskCommands((_, _, _, _) => throw new InvalidOperationException("not run here"), RealClock.Wall, _output);
        return CommandLine.InvokeAsync(["enrol", "--data", _folder.Path, "--server", server.ToString(), "--code", code.ToString(), .. more], commands, _output, _error, CancellationToken.None);
    }

    private static EnrolmentCode CodeOf(FakeServer server) => EnrolmentCode.Create(server.State.Secret, server.Authority.Certificate.RawData);

    [Fact]
    public async Task A_right_code_gives_an_identity_whose_key_was_made_here_and_is_readable_by_this_user_only()
    {
        await using var server = await FakeServer.StartAsync();
        Assert.Equal(0, await EnrolAsync(server.Address, CodeOf(server)));
        Assert.Contains("Đã ghi danh kiốt CONG", _output.ToString(), StringComparison.Ordinal);
        var directory = DataDirectory.Open(_folder.Path);
        var identity = new IdentityStore(directory).Load()!;
        Assert.Equal((1UL, "CONG", FakeServer.Agency), (identity.KioskId, identity.KioskCode, identity.AgencyCode));
        Assert.True(identity.Certificate.HasPrivateKey);
        Assert.Equal(AtomicFile.PrivateDirectory, File.GetUnixFileMode(directory.Identity));
        Assert.All(Directory.GetFiles(directory.Identity), file => Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_server_of_another_authority_never_sees_the_secret()
    {
        await using var stranger = await FakeServer.StartAsync();
        var code = EnrolmentCode.Create(stranger.State.Secret, new TestAuthority().Certificate.RawData);
        Assert.Equal(1, await EnrolAsync(stranger.Address, code));
        Assert.Contains("nơi cấp chứng thư nêu trong mã ghi danh", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(stranger.State.Secrets);
        Assert.False(Directory.Exists(DataDirectory.Open(_folder.Path).Identity));
    }

    [Fact]
    public async Task A_stranger_who_shows_the_right_authority_beside_a_certificate_of_its_own_never_sees_the_secret()
    {
        var right = new TestAuthority();
        var own = new TestAuthority();
        await using var stranger = await FakeServer.StartAsync(shownAuthority: own.ShowingInstead(right));
        Assert.Equal(1, await EnrolAsync(stranger.Address, EnrolmentCode.Create(stranger.State.Secret, right.Certificate.RawData)));
        Assert.Empty(stranger.State.Secrets);
    }

    [Theory]
    [InlineData("kycuong://BQL/server", TestAuthority.ClientPurpose, "không dành cho máy chủ")]
    [InlineData("kycuong://BQL/kiosk/1", TestAuthority.ServerPurpose, "không nêu máy chủ của cơ quan nào")]
    [InlineData("https://BQL/server", TestAuthority.ServerPurpose, "không nêu máy chủ của cơ quan nào")]
    public async Task A_certificate_of_the_right_authority_for_something_else_never_sees_the_secret(string name, string purpose, string said)
    {
        await using var server = await FakeServer.StartAsync(name: name, purpose: purpose);
        Assert.Equal(1, await EnrolAsync(server.Address, CodeOf(server)));
        Assert.Contains(said, _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.State.Secrets);
    }

    [Fact]
    public async Task A_used_code_is_answered_with_what_to_do()
    {
        await using var server = await FakeServer.StartAsync();
        var code = CodeOf(server);
        server.State.Secret = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(1, await EnrolAsync(server.Address, code));
        Assert.Contains("kiosk add", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_of_another_agency_than_its_certificate_is_not_believed()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.AgencyToSay = "OTHER";
        Assert.Equal(1, await EnrolAsync(server.Address, CodeOf(server)));
        Assert.Contains("OTHER", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_enrolled_kiosk_is_enrolled_again_only_on_request()
    {
        await using var server = await FakeServer.StartAsync();
        Assert.Equal(0, await EnrolAsync(server.Address, CodeOf(server)));
        Assert.Equal(1, await EnrolAsync(server.Address, CodeOf(server)));
        Assert.Contains("--replace", _error.ToString(), StringComparison.Ordinal);
        Assert.Single(server.State.Secrets);
        Assert.Equal(0, await EnrolAsync(server.Address, CodeOf(server), "--replace"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "https://host:port")]
    [InlineData("nonsense", "https://host:port")]
    public async Task An_address_that_is_none_is_wrong_usage(string address, string said)
    {
        var commands = new KioskCommands((_, _, _, _) => throw new InvalidOperationException("not run here"), RealClock.Wall, _output);
        var code = EnrolmentCode.Create(new byte[10], "ca"u8).ToString();
        Assert.Equal(2, await CommandLine.InvokeAsync(["enrol", "--data", _folder.Path, "--server", address, "--code", code], commands, _output, _error, CancellationToken.None));
        Assert.Contains(said, _error.ToString(), StringComparison.Ordinal);
    }
}
