using Google.Protobuf;
using Grpc.Core;
using KyCuong.Kiosk.Agent;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Link;

/// <summary>Settings from the server: what is taken, journalled, kept and refused.</summary>
public sealed class SettingsLinkTests : LinkFixture
{
    [Fact]
    public async Task Other_badge_keys_from_the_server_are_kept_and_journalled_with_the_configuration()
    {
        var configuration = Version5();
        State.AfterWelcome.Add(new ServerMessage { Configuration = configuration });
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await RealClock.UntilAsync(() => kiosk.Agent.ConfigurationVersion == 5 && Only.Entries.Any(entry => entry.ConfigurationApplied?.Version == 5), "the configuration");
        }

        Assert.Equal(2U, Assert.Single(new IdentityStore(Directory).Load()!.BadgeKeys).KeyId);
    }

    [Fact]
    public async Task The_gates_policy_from_the_server_is_told_journalled_and_kept()
    {
        var configuration = Version5();
        var told = new List<GatePolicy>();
        await using (var kiosk = KioskRig.Start(Directory))
        {
            kiosk.Agent.GateChanged += told.Add;
            await RealClock.UntilAsync(() => State.ToSend is not null, "linked");
            Assert.Equal(GatePolicy.Off, kiosk.Agent.Gate);
            foreach (var (version, discreet) in ((ulong, bool)[])[(5, false), (6, true), (7, false)])
            {
                configuration.Version = version;
                configuration.Discreet = discreet;
                configuration.StaffCodeEntry = true;
                await State.ToSend!(new ServerMessage { Configuration = configuration.Clone() });
            }

            await RealClock.UntilAsync(() => Only.Entries.Any(entry => entry.ConfigurationApplied?.Version == 7), "version 7");
            GatePolicy[] expected = [GatePolicy.Off with { StaffCodeEntry = true }, new(true, false, false, false, true), GatePolicy.Off with { StaffCodeEntry = true }];
            Assert.Equal(expected, told);
            var hashes = Only.Entries.Where(entry => entry.ConfigurationApplied is not null).Select(entry => entry.ConfigurationApplied).ToDictionary(entry => entry.Version, entry => entry.Sha256);
            Assert.NotEqual(hashes[5], hashes[6]);
            Assert.Equal(hashes[5], hashes[7]);
        }

        State.Refuse = StatusCode.Unavailable;
        await using var offline = KioskRig.Start(Directory);
        Assert.Equal(GatePolicy.Off with { StaffCodeEntry = true }, offline.Agent.Gate);
    }

    /// <summary>The gate is told of the settings before the readers are: there the kiosk is told to stop, and has stopped but for its link.</summary>
    [Fact]
    public async Task Settings_that_come_in_while_the_kiosk_stops_begin_no_reader_and_end_in_order()
    {
        using var reader = new TcpReader();
        var kiosk = KioskRig.Start(Directory, KioskRig.Options(reader.Settings("own")));
        Task? stopping = null;
        try
        {
            await reader.ConnectedAsync();
            await RealClock.UntilAsync(() => State.ToSend is not null, "linked");
            kiosk.Agent.GateChanged += _ =>
            {
                stopping = Task.Run(kiosk.StopAsync);
                Assert.True(SpinWait.SpinUntil(() => kiosk.Journal.Ended, RealClock.Patience));
            };
            var configuration = Version5();
            configuration.Discreet = true;
            configuration.Readers.Add(new ReaderConfiguration { Id = "new", Port = $"tcp://127.0.0.1:{reader.Port}", Protocol = "rdm6300", Direction = Direction.In });
            await State.ToSend!(new ServerMessage { Configuration = configuration });
            await RealClock.UntilAsync(() => stopping is not null, "the kiosk is told to stop");
            await stopping!.WaitAsync(RealClock.Patience, RealClock.Wall);
            Assert.Empty(kiosk.Conditions);
            Assert.Equal(5UL, new ServerConfigurationFile(Directory).Load().Version);
        }
        finally
        {
            if (stopping is not { IsFaulted: true }) await kiosk.DisposeAsync();
        }
    }

    [Fact]
    public async Task Settings_for_which_the_journal_has_no_room_are_in_force_and_journalled_once_it_has()
    {
        State.Refuse = StatusCode.Unavailable;
        var options = KioskRig.Options();
        await using var kiosk = KioskRig.Start(Directory, options with { Limits = options.Limits with { JournalBytes = 128 * 1024 } });
        await Assert.ThrowsAsync<JournalOutOfServiceException>(async () =>
        {
            while (true) await kiosk.TapAsync(1);
        });
        var configuration = Version5();
        configuration.Discreet = true;
        await kiosk.Agent.ConfigureAsync(configuration);
        Assert.True(kiosk.Agent.Gate.Discreet);
        State.Refuse = null;
        await RealClock.UntilAsync(() => Only.Entries.Any(entry => entry.ConfigurationApplied?.Version == 5), "version 5 is journalled");
    }

    [Fact]
    public async Task A_configuration_that_only_grew_in_version_is_not_journalled_again()
    {
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => State.ToSend is not null, "linked");
        var configuration = Version5();
        await State.ToSend!(new ServerMessage { Configuration = configuration });
        var grown = configuration.Clone();
        grown.Version = 6;
        await State.ToSend!(new ServerMessage { Configuration = grown });
        await RealClock.UntilAsync(() => kiosk.Agent.ConfigurationVersion == 6, "version 6");
        await kiosk.AllAckedAsync();
        Assert.Equal([0UL, 5UL], Only.Entries.Where(entry => entry.ConfigurationApplied is not null).Select(entry => entry.ConfigurationApplied.Version));
    }

    [Fact]
    public async Task Other_working_hours_are_shown_and_kept_and_disturb_nothing()
    {
        const long at = 1_778_634_330_000_000; // 13/05/2026 08:05:30 in Việt Nam
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
        var configuration = Version5();
        configuration.Hours.Add(new DayHours { Date = 20260513 });
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await RealClock.UntilAsync(() => State.ToSend is not null, "linked");
            Assert.Null(kiosk.Agent.Hours.Today(at, zone));
            await State.ToSend!(new ServerMessage { Configuration = configuration.Clone() });
            await RealClock.UntilAsync(() => kiosk.Agent.ConfigurationVersion == 5, "version 5");
            Assert.Equal("Hôm nay nghỉ", kiosk.Agent.Hours.Today(at, zone));
            configuration.Version = 6;
            configuration.Hours[0].Sessions.Add(new SessionHours { StartMinute = 450, EndMinute = 1020 });
            await State.ToSend!(new ServerMessage { Configuration = configuration.Clone() });
            await RealClock.UntilAsync(() => kiosk.Agent.ConfigurationVersion == 6, "version 6");
            Assert.Equal("Giờ làm việc: 07:30–17:00", kiosk.Agent.Hours.Today(at, zone));
            await kiosk.AllAckedAsync();
            Assert.Equal([0UL, 5UL], Only.Entries.Where(entry => entry.ConfigurationApplied is not null).Select(entry => entry.ConfigurationApplied.Version));
        }

        State.Refuse = StatusCode.Unavailable;
        await using var offline = KioskRig.Start(Directory);
        Assert.Equal("Giờ làm việc: 07:30–17:00", offline.Agent.Hours.Today(at, zone));
    }

    [Fact]
    public async Task A_configuration_with_a_wrong_reader_is_refused_whole()
    {
        var configuration = new Protos.V1.Configuration { Version = 5, TimeZone = "Asia/Ho_Chi_Minh", Readers = { new ReaderConfiguration { Id = "r", Port = "nonsense", Protocol = "rdm6300" } } };
        configuration.BadgeKeys.Add(new BadgeHashKey { KeyId = 2, Key = ByteString.CopyFrom(new byte[32]) });
        State.AfterWelcome.Add(new ServerMessage { Configuration = configuration });
        await using var kiosk = KioskRig.Start(Directory);
        await kiosk.AllAckedAsync();
        await RealClock.UntilAsync(() => State.Heartbeats.Count > 1, "the link goes on");
        Assert.Equal(0UL, kiosk.Agent.ConfigurationVersion);
        Assert.Equal(1U, Assert.Single(kiosk.Agent.Identity.BadgeKeys).KeyId);
    }

    private static Protos.V1.Configuration Version5()
    {
        var configuration = new Protos.V1.Configuration { Version = 5, AgencyName = "B", KioskName = "K", TimeZone = "Asia/Ho_Chi_Minh" };
        configuration.BadgeKeys.Add(new BadgeHashKey { KeyId = 2, Key = ByteString.CopyFrom(Enumerable.Repeat((byte)9, 32).ToArray()) });
        return configuration;
    }
}
