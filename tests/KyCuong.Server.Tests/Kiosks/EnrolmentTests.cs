using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Enrolment;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>The one-time code, from both sides (reliability test S3).</summary>
public sealed class EnrolmentTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>How often two machines race for a code: the thousand of S3 by <c>KYCUONG_RACES=1000</c>.</summary>
    private static readonly int Races = int.Parse(Environment.GetEnvironmentVariable("KYCUONG_RACES") ?? "200", NumberStyles.None, CultureInfo.InvariantCulture);

    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_code_gives_a_kiosk_its_certificate_its_names_and_the_badge_keys()
    {
        using var kiosk = await _server.EnrolAsync();
        var reply = kiosk.Reply!;
        Assert.Equal(("CONG-CHINH", RunningServer.Agency, "Asia/Ho_Chi_Minh"), (reply.KioskCode, reply.AgencyCode, reply.TimeZone));
        Assert.Equal([PeerName.Kiosk(RunningServer.Agency, reply.KioskId)], PeerCertificate.UriNames(kiosk.Certificate!));
        Assert.Equal(_server.Authority.Certificate.RawData, reply.Authority.ToByteArray());
        Assert.Equal(BadgeHasher.KeySize, Assert.Single(reply.BadgeKeys).Key.Length);
        var row = await _server.ReadAsync(db => db.Kiosks.SingleAsync());
        Assert.Equal((KioskState.Enrolled, "0.1"), (row.State, row.Software));
        Assert.NotNull(row.EnrolledUs);
    }

    [Fact]
    public async Task The_code_fits_the_CA_that_the_reply_brings()
    {
        var code = await _server.InviteAsync();
        using var kiosk = new TestKiosk(_server);
        await kiosk.EnrolAsync(code.Secret.ToArray());
        Assert.True(code.IsFor(kiosk.Reply!.Authority.Span));
    }

    [Fact]
    public async Task An_unknown_a_used_and_an_expired_code_get_one_answer()
    {
        var used = await _server.InviteAsync();
        using var kiosk = new TestKiosk(_server);
        await kiosk.EnrolAsync(used.Secret.ToArray());
        var expired = await _server.InviteAsync();
        var answers = new List<Status> { await TryAsync(new byte[10]), await TryAsync(used.Secret.ToArray()) };
        _server.Clock.Shift = KioskBounds.CodeLife;
        answers.Add(await TryAsync(expired.Secret.ToArray()));
        Assert.Equal(StatusCode.PermissionDenied, answers[0].StatusCode);
        Assert.Single(answers.Select(status => (status.StatusCode, status.Detail)).Distinct());
    }

    [Fact]
    public async Task A_code_is_good_until_its_last_moment()
    {
        var code = await _server.InviteAsync();
        _server.Clock.Shift = KioskBounds.CodeLife - TimeSpan.FromMinutes(1);
        Assert.Equal(StatusCode.OK, (await TryAsync(code.Secret.ToArray())).StatusCode);
    }

    [Fact]
    public async Task A_second_use_of_a_code_is_an_alarm()
    {
        var code = await _server.InviteAsync();
        await TryAsync(code.Secret.ToArray());
        Assert.DoesNotContain(_server.Log.Lines, line => line.Text.Contains("ALARM", StringComparison.Ordinal));
        await TryAsync(code.Secret.ToArray());
        Assert.Contains(_server.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("ALARM", StringComparison.Ordinal) && line.Text.Contains("CONG-CHINH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_code_ends_the_one_before()
    {
        var first = await _server.InviteAsync();
        var second = await _server.InviteAsync();
        Assert.Equal(StatusCode.PermissionDenied, (await TryAsync(first.Secret.ToArray())).StatusCode);
        Assert.Equal(StatusCode.OK, (await TryAsync(second.Secret.ToArray())).StatusCode);
    }

    [Fact]
    public async Task Of_many_machines_with_one_code_exactly_one_is_enrolled()
    {
        for (var round = 0; round < 10; round++)
        {
            var code = await _server.InviteAsync($"GATE-{round}");
            var answers = await Task.WhenAll(Enumerable.Range(0, KioskBounds.FailuresPerAddress).Select(_ => TryAsync(code.Secret.ToArray())));
            Assert.Single(answers, status => status.StatusCode == StatusCode.OK);
            Assert.Equal(1, await _server.ReadAsync(db => db.KioskCertificates.CountAsync(c => c.KioskId == db.Kiosks.Max(k => k.KioskId))));
            _server.Clock.Shift += KioskBounds.AddressWindow;
        }
    }

    [Fact]
    public async Task Of_two_machines_that_race_for_a_code_one_is_enrolled_each_time()
    {
        using var one = new TestKiosk(_server);
        using var other = new TestKiosk(_server);
        Enrolment.EnrolmentClient[] clients = [new(one.Channel(null)), new(other.Channel(null))];
        var request = one.EnrolRequest([]);
        for (var round = 0; round < Races; round++)
        {
            request.Secret = ByteString.CopyFrom((await _server.InviteAsync($"GATE-{round}")).Secret.ToArray());
            var answers = await Task.WhenAll(clients.Select(async client =>
            {
                try
                {
                    await client.EnrolAsync(request, deadline: TestKiosk.Deadline);
                    return StatusCode.OK;
                }
                catch (RpcException refused)
                {
                    return refused.StatusCode;
                }
            }));
            Assert.Equal([StatusCode.OK, StatusCode.PermissionDenied], answers.Order());
            if (round % 4 == 3) _server.Clock.Shift += KioskBounds.AddressWindow;
        }

        output.WriteLine($"{Races} races, each with one winner");
        Assert.Equal(Races, await _server.ReadAsync(db => db.KioskCertificates.CountAsync()));
    }

    [Fact]
    public async Task After_five_failures_an_address_waits_and_a_good_code_waits_with_it()
    {
        var code = await _server.InviteAsync();
        for (var i = 0; i < KioskBounds.FailuresPerAddress; i++) Assert.Equal(StatusCode.PermissionDenied, (await TryAsync(new byte[10])).StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, (await TryAsync(code.Secret.ToArray())).StatusCode);
        _server.Clock.Shift = KioskBounds.AddressWindow;
        var again = await _server.InviteAsync();
        Assert.Equal(StatusCode.OK, (await TryAsync(again.Secret.ToArray())).StatusCode);
    }

    [Fact]
    public async Task Enrolling_another_machine_ends_the_certificates_of_the_one_before()
    {
        using var old = await _server.EnrolAsync();
        using var fresh = await _server.EnrolAsync();
        Assert.Equal(old.Id, fresh.Id);
        using var stream = await old.ConnectAsync();
        Assert.Equal(StatusCode.PermissionDenied, (await stream.EndAsync()).StatusCode);
        using var other = await fresh.ConnectAsync();
        await other.WelcomeAsync();
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("certificate_request")]
    [InlineData("machine_name")]
    [InlineData("software_version")]
    public async Task A_request_out_of_contract_is_refused_by_the_name_of_its_field(string field)
    {
        var code = await _server.InviteAsync();
        using var kiosk = new TestKiosk(_server);
        var request = kiosk.EnrolRequest(code.Secret.ToArray());
        switch (field)
        {
            case "secret": request.Secret = ByteString.CopyFrom(new byte[9]); break;
            case "certificate_request": request.CertificateRequest = ByteString.CopyFrom(new byte[ContractLimits.CertificateRequestBytes + 1]); break;
            case "machine_name": request.MachineName = new string('x', ContractLimits.MachineNameBytes + 1); break;
            default: request.SoftwareVersion = "ấ"; break;
        }

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new Enrolment.EnrolmentClient(kiosk.Channel(null)).EnrolAsync(request, deadline: TestKiosk.Deadline));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(field, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cong-1\n2026-11-21 07:30:00.000 +07:00 INF Admin: retired")]
    [InlineData("cong-1\u001b[2J")]
    [InlineData("cong-1\u2028")]
    [InlineData("cong\u007f")]
    [InlineData("cổng")]
    public async Task A_machine_cannot_write_lines_of_its_own_into_the_log_by_its_name(string name)
    {
        var code = await _server.InviteAsync();
        using var kiosk = new TestKiosk(_server);
        var request = kiosk.EnrolRequest(code.Secret.ToArray());
        request.MachineName = name;
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new Enrolment.EnrolmentClient(kiosk.Channel(null)).EnrolAsync(request, deadline: TestKiosk.Deadline));
        Assert.Equal((StatusCode.InvalidArgument, "machine_name is not printable ASCII"), (refused.StatusCode, refused.Status.Detail));
    }

    [Fact]
    public async Task Renewal_keeps_the_certificate_in_use_and_ends_those_never_used()
    {
        using var kiosk = await _server.EnrolAsync();
        var client = new Enrolment.EnrolmentClient(kiosk.Channel());
        var lost = await client.RenewAsync(new RenewRequest { CertificateRequest = ByteString.CopyFrom(kiosk.Request()) }, deadline: TestKiosk.Deadline);
        var kept = await client.RenewAsync(new RenewRequest { CertificateRequest = ByteString.CopyFrom(kiosk.Request()) }, deadline: TestKiosk.Deadline);
        Assert.Equal(StatusCode.OK, (await EndOfAsync(kiosk)).StatusCode);
        using var lostCertificate = kiosk.Certificate = kiosk.WithKey(lost.Certificate);
        Assert.Equal(StatusCode.PermissionDenied, (await EndOfAsync(kiosk)).StatusCode);
        kiosk.Certificate = kiosk.WithKey(kept.Certificate);
        Assert.Equal(StatusCode.OK, (await EndOfAsync(kiosk)).StatusCode);
    }

    [Fact]
    public async Task A_kiosk_gets_only_so_many_certificates_a_day()
    {
        using var kiosk = await _server.EnrolAsync();
        var client = new Enrolment.EnrolmentClient(kiosk.Channel());
        for (var i = 1; i < KioskBounds.CertificatesPerDay; i++)
            await client.RenewAsync(new RenewRequest { CertificateRequest = ByteString.CopyFrom(kiosk.Request()) }, deadline: TestKiosk.Deadline);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.RenewAsync(new RenewRequest { CertificateRequest = ByteString.CopyFrom(kiosk.Request()) }, deadline: TestKiosk.Deadline));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    private static async Task<Status> EndOfAsync(TestKiosk kiosk)
    {
        using var stream = await kiosk.ConnectAsync();
        try
        {
            await stream.Up.CompleteAsync();
        }
        catch (Exception cause) when (cause is RpcException or InvalidOperationException or IOException)
        {
            // The server has answered already; the answer is read below.
        }

        return await stream.EndAsync();
    }

    private async Task<Status> TryAsync(byte[] secret)
    {
        using var kiosk = new TestKiosk(_server);
        try
        {
            await new Enrolment.EnrolmentClient(kiosk.Channel(null)).EnrolAsync(kiosk.EnrolRequest(secret), deadline: TestKiosk.Deadline + _server.Clock.Shift);
            return Status.DefaultSuccess;
        }
        catch (RpcException refused)
        {
            return refused.Status;
        }
    }
}
