using Google.Protobuf;
using Grpc.Core;
using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Taps;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Taps;

/// <summary>Entering a staff code at a gate, with the kiosk's real parts and a server over real TLS.</summary>
public sealed class StaffCodeEntryTests : IAsyncLifetime, IDisposable
{
    private const string Pin = "804713";
    private readonly TempFolder _folder = new();
    private FakeServer _server = null!;

    private DataDirectory Directory => DataDirectory.Open(_folder.Path);

    private ServerState State => _server.State;

    private EpochState Only => State.Epochs.Count == 0 ? new EpochState() : State.Journal(Assert.Single(State.Epochs));

    private IReadOnlyList<ClaimedTap> Claims => [.. Only.Entries.Where(entry => entry.ClaimedTap is not null).Select(entry => entry.ClaimedTap)];

    public async Task InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        await KioskRig.EnrolAsync(_server, Directory);
        var configuration = new Protos.V1.Configuration { Version = 5, AgencyName = "B", KioskName = "K", TimeZone = "Asia/Ho_Chi_Minh", StaffCodeEntry = true };
        configuration.BadgeKeys.Add(new BadgeHashKey { KeyId = 1, Key = ByteString.CopyFrom(new byte[32]) });
        State.AfterWelcome.Add(new ServerMessage { Configuration = configuration });
        State.AfterWelcome.Add(new ServerMessage
        {
            Roster = new RosterChunk { Version = 1, Complete = true, People = { new RosterPerson { PersonId = 9, StaffCode = "NV009", FullName = "Lê Thị Chín", UnitName = "VP" } } },
        });
        State.OnStaffCode = check => new StaffCodeAnswer { RequestId = check.RequestId, Accepted = check is { StaffCode: "NV009", Pin: Pin }, PersonId = check is { StaffCode: "NV009", Pin: Pin } ? 9UL : 0 };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private async Task<KioskRig> StartAsync()
    {
        var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Link.IsLinked && kiosk.StaffCodes.Allowed && kiosk.Roster.Version == 1, "link, policy and roster");
        return kiosk;
    }

    [Fact]
    public async Task A_PIN_that_the_server_takes_is_a_tap_of_the_person()
    {
        await using var kiosk = await StartAsync();
        var result = await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.In, CancellationToken.None);
        Assert.Equal(StaffCodeOutcome.Verified, result.Outcome);
        Assert.Equal(new Verdict(VerdictKind.Accepted, "keypad", result.Verdict!.AtUs, result.Verdict.Unsent, "Lê Thị Chín", "VP", PersonId: 9), result.Verdict);
        Assert.Equal([result.Verdict], kiosk.Feedback.Verdicts);
        await RealClock.UntilAsync(() => Claims.Count == 1, "the claim");
        Assert.Equal(new ClaimedTap { StaffCode = "NV009", Check = ClaimCheck.Verified, Direction = Direction.In, DirectionSource = DirectionSource.Person }, Claims[0]);
        Assert.Null(kiosk.StaffCodes.OldestPendingUs);
    }

    [Fact]
    public async Task The_same_person_again_moments_later_is_told_so()
    {
        await using var kiosk = await StartAsync();
        await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None);
        await Task.Delay(TimeSpan.FromMicroseconds(StaffCodeBudget.BetweenUs + 100_000), RealClock.Wall);
        var again = await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None);
        Assert.Equal((StaffCodeOutcome.Verified, VerdictKind.Repeat), (again.Outcome, again.Verdict!.Kind));
    }

    [Fact]
    public async Task A_wrong_PIN_is_a_refused_read_without_code_or_PIN()
    {
        await using var kiosk = await StartAsync();
        var result = await kiosk.StaffCodes.EnterAsync("NV009", "000000", Direction.Unspecified, CancellationToken.None);
        Assert.Equal((StaffCodeOutcome.WrongPin, VerdictKind.WrongPin), (result.Outcome, result.Verdict!.Kind));
        Assert.Null(result.Verdict.Name);
        await RealClock.UntilAsync(() => Only.Entries.Any(entry => entry.RefusedRead is not null), "the refusal");
        var refused = Only.Entries.Single(entry => entry.RefusedRead is not null).RefusedRead;
        Assert.Equal(new RefusedRead { Reader = "keypad", Reason = RefusalReason.WrongPin, Count = 1 }, refused);
        Assert.Empty(Claims);
    }

    [Fact]
    public async Task While_the_server_is_away_the_claim_is_kept_unverified_and_names_nobody()
    {
        await using (await StartAsync())
        {
            // Policy and roster are on the disk now.
        }

        State.Refuse = StatusCode.Unavailable;
        await using var kiosk = KioskRig.Start(Directory);
        var result = await kiosk.StaffCodes.EnterAsync("NV009", "111111", Direction.Out, CancellationToken.None);
        Assert.Equal((StaffCodeOutcome.Unverified, VerdictKind.Claimed), (result.Outcome, result.Verdict!.Kind));
        Assert.Null(result.Verdict.Name);
        Assert.EndsWith("Đã ghi nhận, chờ xác minh · còn " + result.Verdict.Unsent + " bản ghi chưa gửi", result.Words(TimeZoneInfo.Utc), StringComparison.Ordinal);
        State.Refuse = null;
        await RealClock.UntilAsync(() => Claims.Count == 1, "the claim once the server is back");
        Assert.Equal(new ClaimedTap { StaffCode = "NV009", Check = ClaimCheck.Unverified, Direction = Direction.Out, DirectionSource = DirectionSource.Person }, Claims[0]);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_waited_for_two_seconds_and_then_not_asked_again()
    {
        State.OnStaffCode = _ => null;
        await using var kiosk = await StartAsync();
        var begun = RealClock.Boot.GetTimestamp();
        var entering = kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None);
        Assert.NotNull(kiosk.StaffCodes.OldestPendingUs);
        Assert.Equal(StaffCodeOutcome.Unverified, (await entering).Outcome);
        Assert.InRange(RealClock.Boot.GetElapsedTime(begun).TotalSeconds, 1.9, 6);
        await RealClock.UntilAsync(() => Claims.Count == 1, "the claim");
        // The instant is that of entering, not that of giving up.
        var entry = Only.Entries.Single(one => one.ClaimedTap is not null);
        Assert.InRange((ulong)RealClock.Boot.BootTimeUs - (ulong)entry.Stamp.BootTimeUs, 1_900_000UL, 10_000_000UL);
        begun = RealClock.Boot.GetTimestamp();
        Assert.Equal(StaffCodeOutcome.Unverified, (await kiosk.StaffCodes.EnterAsync("NV010", Pin, Direction.Unspecified, CancellationToken.None)).Outcome);
        Assert.InRange(RealClock.Boot.GetElapsedTime(begun).TotalSeconds, 0, 1.5);
        Assert.Single(State.StaffCodes);
    }

    [Fact]
    public async Task A_wait_that_the_server_orders_is_told_and_nothing_is_journalled()
    {
        State.OnStaffCode = check => new StaffCodeAnswer { RequestId = check.RequestId, WaitUs = 600_000_000 };
        await using var kiosk = await StartAsync();
        var result = await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None);
        Assert.Equal(new StaffCodeResult(StaffCodeOutcome.TooSoon, null, TimeSpan.FromMinutes(10)), result);
        Assert.Equal("Vui lòng thử lại sau 10 phút, hoặc liên hệ Văn phòng", result.Words(TimeZoneInfo.Utc));
        await Task.Delay(TimeSpan.FromMicroseconds(StaffCodeBudget.BetweenUs + 100_000), RealClock.Wall);
        Assert.Equal(StaffCodeOutcome.TooSoon, (await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None)).Outcome);
        Assert.Single(State.StaffCodes);
        Assert.Empty(kiosk.Feedback.Verdicts);
    }

    [Theory]
    [InlineData("", Pin)]
    [InlineData("NV 009", Pin)]
    [InlineData("Đ009", Pin)]
    [InlineData("NV009", "123")]
    [InlineData("NV009", "1234567890123")]
    [InlineData("NV009", "12a4")]
    [InlineData("NV009", "١٢٣٤")]
    public async Task What_is_no_code_or_no_PIN_goes_nowhere(string code, string pin)
    {
        await using var kiosk = await StartAsync();
        Assert.Equal(StaffCodeOutcome.Malformed, (await kiosk.StaffCodes.EnterAsync(code, pin, Direction.Unspecified, CancellationToken.None)).Outcome);
        Assert.Empty(State.StaffCodes);
    }

    [Fact]
    public async Task Where_the_agency_does_not_want_it_nothing_is_asked_or_recorded()
    {
        State.AfterWelcome[0].Configuration.StaffCodeEntry = false;
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 1, "linked");
        Assert.Equal(StaffCodeOutcome.Off, (await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None)).Outcome);
        Assert.Empty(State.StaffCodes);
    }

    [Fact]
    public async Task No_file_of_the_kiosk_and_no_line_of_its_log_holds_the_PIN()
    {
        await using (var kiosk = await StartAsync())
        {
            await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None);
            Assert.DoesNotContain(kiosk.Log.Lines, line => line.Contains(Pin, StringComparison.Ordinal));
            Assert.DoesNotContain(Pin, kiosk.Output.ToString(), StringComparison.Ordinal);
        }

        _folder.AssertNowhere(Pin);
        Assert.Contains(System.IO.Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories), file => File.ReadAllBytes(file).AsSpan().IndexOf("NV009"u8) >= 0);
    }

    [Fact]
    public async Task After_a_restart_who_entered_a_code_is_remembered()
    {
        await using (var kiosk = await StartAsync()) await kiosk.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None);
        await using var again = await StartAsync();
        Assert.Equal(VerdictKind.Repeat, (await again.StaffCodes.EnterAsync("NV009", Pin, Direction.Unspecified, CancellationToken.None)).Verdict!.Kind);
    }
}
