using Google.Protobuf;
using Grpc.Core;
using KyCuong.Kiosk.Agent;
using KyCuong.Kiosk.Configuration;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Identity;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Rosters;
using KyCuong.Protos.V1;
using Microsoft.Data.Sqlite;

namespace KyCuong.Kiosk.Tests.Link;

public sealed class LinkTests : LinkFixture
{
    [Fact]
    public async Task Every_entry_arrives_once_and_in_order()
    {
        await using var kiosk = KioskRig.Start(Directory);
        var tapped = await kiosk.TapAsync(5000);
        await kiosk.AllAckedAsync();
        Assert.Equal(tapped.Select(stored => ByteString.CopyFrom(stored.Hash.ToArray())), Only.Taps.Select(entry => entry.Hash));
        Assert.Equal((0, 0), (Only.Duplicates, Only.Conflicts));
        Assert.All(State.Batches, batch => Assert.InRange(batch.Entries.Count, 1, ContractLimits.BatchEntries));
    }

    [Fact]
    public async Task What_waited_on_disk_is_marked_as_backlog_and_what_came_later_is_not()
    {
        State.Refuse = StatusCode.Unavailable;
        await using var kiosk = KioskRig.Start(Directory);
        await kiosk.TapAsync(3);
        State.Refuse = null;
        await kiosk.AllAckedAsync();
        await RealClock.UntilAsync(() => kiosk.Link.IsLinked, "linked");
        var live = (await kiosk.TapAsync(1))[0].Entry.Sequence;
        await kiosk.AllAckedAsync();
        Assert.All(State.Batches, batch => Assert.Equal(batch.Entries[0].Sequence < live && State.Hellos.Any(h => h.LastSequence >= batch.Entries[0].Sequence), batch.Backlog));
        Assert.Contains(State.Batches, batch => !batch.Backlog && batch.Entries.Any(entry => entry.Sequence == live));
        Assert.Contains(State.Batches, batch => batch.Backlog);
    }

    [Fact]
    public async Task A_server_restored_to_nothing_is_refilled_from_below_what_it_acknowledged()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(100);
            await kiosk.AllAckedAsync();
        }

        State.ForgetEverything();
        await using var again = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => again.Link.IsLinked && again.Journal.Unsent == 0 && Only.HighWater == again.Journal.Current.Last, "the server is refilled");
        Assert.Equal(100, Only.Taps.Count);
        Assert.Contains(again.Log.Lines, line => line.Contains("it was restored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_restored_to_nothing_is_refilled_from_earlier_epochs_too()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(10);
            await kiosk.AllAckedAsync();
            await kiosk.Journal.BeginEpochAsync("a test");
            await kiosk.TapAsync(10);
            await RealClock.UntilAsync(() => kiosk.Journal.Unsent == 0 && kiosk.Journal.ToSend.Number == kiosk.Journal.Current.Number, "the first epoch is drained");
        }

        State.ForgetEverything();
        await using var again = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => State.Epochs.Count == 2 && State.Epochs.Sum(epoch => State.Journal(epoch).Taps.Count) == 20 && again.Journal.Unsent == 0, "both epochs are there again");
    }

    /// <summary>The new epoch alone tells nothing: where the server was put back, nothing of it had been acknowledged.</summary>
    [Fact]
    public async Task An_earlier_epoch_is_sent_again_to_a_server_restored_before_it_acknowledged_anything_of_the_new_one()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(10);
            await kiosk.AllAckedAsync();
        }

        var first = Assert.Single(State.Epochs);
        // The server is away while the epoch ends, and then takes what is left of it; of the next it acknowledges nothing before it is lost.
        State.Refuse = StatusCode.Unavailable;
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(5);
            await kiosk.Journal.BeginEpochAsync("a test");
            State.WelcomeInstead = journal =>
            {
                State.Acknowledge = journal.HighWater > 0;
                return new Welcome { HighWater = journal.HighWater, HighWaterHash = ByteString.CopyFrom(journal.HighWaterHash), HeartbeatIntervalUs = 200_000, ContractRevision = State.Revision };
            };
            State.Refuse = null;
            await RealClock.UntilAsync(() => kiosk.Journal.Sent.Count == 1 && kiosk.Journal.Current.Acked == 0, "the first epoch is sent");
            Assert.Equal(15, State.Journal(first).Taps.Count);
        }

        State.ForgetEverything();
        State.WelcomeInstead = null;
        State.Acknowledge = true;
        await using var again = KioskRig.Start(Directory);
        await again.TapAsync(1);
        await RealClock.UntilAsync(() => again.Journal.Unsent == 0 && again.Journal.Sent.Count == 1 && again.Link.IsLinked, "everything is sent again");
        Assert.Equal((15, 1), (State.Journal(first).Taps.Count, State.Journal(again.Journal.Current.Id.Epoch).Taps.Count));
        Assert.Contains(again.Log.Lines, line => line.Contains("does not hold all of 1 earlier epochs", StringComparison.Ordinal));
        Assert.Equal([first], State.Hellos.SelectMany(hello => hello.SentJournals).Select(sent => Bytes128.TryRead(sent.Epoch.Span, out var epoch) ? epoch : 0).Distinct());
    }

    [Fact]
    public async Task Entries_sent_twice_are_the_same_entries()
    {
        // The server stores, but neither acknowledges nor says what it has: the link is given up, and everything comes again.
        State.Acknowledge = false;
        State.WelcomeInstead = _ => new Welcome { HeartbeatIntervalUs = 200_000 };
        var options = KioskRig.Options();
        await using var kiosk = KioskRig.Start(Directory, options with { Limits = options.Limits with { Acknowledgement = TimeSpan.FromMilliseconds(300) } });
        await kiosk.TapAsync(10);
        await RealClock.UntilAsync(() => State.Hellos.Count >= 3 && Only.Duplicates >= 10, "entries come again");
        State.Acknowledge = true;
        await kiosk.AllAckedAsync();
        Assert.Equal((10, 0), (Only.Taps.Count, Only.Conflicts));
    }

    [Fact]
    public async Task A_command_to_resend_brings_the_same_entries_again()
    {
        await using var kiosk = KioskRig.Start(Directory);
        await kiosk.TapAsync(20);
        await kiosk.AllAckedAsync();
        await State.ToSend!(new ServerMessage { Command = new Command { CommandId = 1, Resend = new ResendFrom { Sequence = 1 } } });
        await RealClock.UntilAsync(() => Only.Duplicates >= 20, "entries come again");
        Assert.Equal(0, Only.Conflicts);
    }

    [Fact]
    public async Task Another_hash_at_the_high_water_mark_is_called_a_fork_and_entries_are_sent_all_the_same()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(5);
            await kiosk.AllAckedAsync();
        }

        State.WelcomeInstead = journal => new Welcome { HighWater = journal.HighWater, HighWaterHash = ByteString.CopyFrom(new byte[32]), HeartbeatIntervalUs = 200_000, Quarantined = true };
        await using var again = KioskRig.Start(Directory);
        await again.TapAsync(3);
        await again.AllAckedAsync();
        Assert.Contains(again.Log.Lines, line => line.StartsWith("Error: Fork", StringComparison.Ordinal));
        Assert.Equal(8, Only.Taps.Count);
    }

    [Fact]
    public async Task A_welcome_without_a_hash_is_no_fork()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(5);
            await kiosk.AllAckedAsync();
        }

        // As after entries that were declared lost: the server has no hash for its high-water mark.
        State.WelcomeInstead = journal => new Welcome { HighWater = journal.HighWater, HeartbeatIntervalUs = 200_000 };
        await using var again = KioskRig.Start(Directory);
        await again.AllAckedAsync();
        await RealClock.UntilAsync(() => again.Link.IsLinked, "linked");
        Assert.DoesNotContain(again.Log.Lines, line => line.Contains("Fork", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_put_back_begins_a_new_epoch_shows_its_own_tail_and_loses_no_tap()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(5);
            await kiosk.AllAckedAsync();
        }

        var old = Assert.Single(State.Epochs);
        var backup = Snapshot();
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(50);
            await kiosk.AllAckedAsync();
        }

        Restore(backup);
        State.Refuse = StatusCode.Unavailable;
        await using var back = KioskRig.Start(Directory);
        await back.TapAsync(2);
        State.Refuse = null;
        await RealClock.UntilAsync(() => State.Epochs.Count == 2 && back.Journal.Unsent == 0 && back.Link.IsLinked, "a new epoch");
        await back.TapAsync(3);
        await back.AllAckedAsync();
        Assert.True(State.Journal(old).Conflicts >= 2, "the taps made after the disk was put back came to light");
        Assert.Equal(3, State.Journal(back.Journal.Current.Id.Epoch).Taps.Count);
        Assert.Equal(55, State.Journal(old).Taps.Count);
    }

    [Fact]
    public async Task Entries_the_disk_lost_are_told_and_the_rest_is_sent()
    {
        State.Refuse = StatusCode.Unavailable;
        await using (var kiosk = KioskRig.Start(Directory)) await kiosk.TapAsync(3000);
        using (var connection = new SqliteConnection($"Data Source={Directory.Journal};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA secure_delete = ON; UPDATE entries SET record = zeroblob(length(record)) WHERE key & 65535 BETWEEN 1000 AND 1009; VACUUM";
            command.ExecuteNonQuery();
        }

        State.Refuse = null;
        await using var again = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => !State.Lost.IsEmpty, "the server is told");
        await again.AllAckedAsync();
        var lost = Assert.Single(State.Lost);
        Assert.Equal((1000UL, 1009UL), (lost.FirstSequence, lost.LastSequence));
        var old = State.Journal(Bytes128.TryRead(lost.Epoch.Span, out var epoch) ? epoch : default);
        Assert.Equal(old.Entries.Single(entry => entry.Sequence == 1010).Hash, lost.NextHash);
        Assert.Equal(2990, old.Taps.Count);
        // Nothing is appended to a file that was damaged.
        Assert.NotEqual(again.Journal.Current.Id.Epoch, epoch);
    }

    [Fact]
    public async Task A_heartbeat_never_speaks_of_an_instant_at_which_a_tap_is_not_yet_on_disk()
    {
        await using var kiosk = KioskRig.Start(Directory);
        for (var i = 0; i < 30; i++)
        {
            await kiosk.TapAsync(10);
            await Task.Delay(TimeSpan.FromMilliseconds(30), RealClock.Wall);
        }

        await kiosk.AllAckedAsync();
        await RealClock.UntilAsync(() => State.Heartbeats.Count > 3, "heartbeats");
        foreach (var beat in State.Heartbeats)
            Assert.All(Only.Entries.Where(entry => entry.Tap is not null && entry.Sequence > beat.Sequence), entry => Assert.True(entry.Stamp.BootTimeUs > beat.Stamp.BootTimeUs));
    }

    [Fact]
    public async Task While_a_damaged_file_is_not_saved_yet_nothing_is_called_complete()
    {
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => State.Heartbeats.Count > 1, "heartbeats");
        var damaged = Directory.Journal + ".damaged-20261124000000";
        await File.WriteAllTextAsync(damaged, "");
        var healths = State.Healths.Count;
        await RealClock.UntilAsync(() => State.Healths.Count > healths + 1, "how it is, instead");
        var beats = State.Heartbeats.Count;
        await RealClock.UntilAsync(() => State.Healths.Count > healths + 4, "and on");
        Assert.Equal(beats, State.Heartbeats.Count);
        File.Move(damaged, damaged.Replace(".damaged-", ".saved-", StringComparison.Ordinal));
        await RealClock.UntilAsync(() => State.Heartbeats.Count > beats, "heartbeats again");
    }

    [Fact]
    public async Task The_servers_clock_is_in_the_stamps_after_the_first_burst_and_journalled_once()
    {
        State.ClockAheadUs = 3_600_000_000;
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => Only.Entries.Any(entry => entry.ClockSample is not null), "a clock sample");
        var stamp = kiosk.Stamper.Now();
        Assert.NotNull(stamp.Estimate);
        var ahead = Clock.StamperAhead(stamp);
        Assert.InRange(ahead, 3_600_000_000 - stamp.Estimate.Value.UncertaintyUs - 1_000_000, 3_600_000_000 + stamp.Estimate.Value.UncertaintyUs + 1_000_000);
        await kiosk.AllAckedAsync();
        Assert.Single(Only.Entries, entry => entry.ClockSample is not null);
    }

    private static class Clock
    {
        public static long StamperAhead(KyCuong.Protos.Journal.Stamp stamp) => Kiosk.Clock.Stamper.InstantUs(stamp) - stamp.WallClockUs;
    }

    [Fact]
    public async Task A_roster_in_chunks_is_in_force_when_complete_and_survives_a_restart_without_the_server()
    {
        var key = new BadgeKey(CredentialLevel.Em, 1, 42);
        State.AfterWelcome.Add(new ServerMessage { Roster = new RosterChunk { Version = 3, People = { new RosterPerson { PersonId = 1, FullName = "Nguyễn Văn A", UnitName = "VP" } } } });
        State.AfterWelcome.Add(new ServerMessage { Roster = new RosterChunk { Version = 3, Complete = true, Badges = { new RosterBadge { BadgeId = 9, PersonId = 1, State = BadgeState.Active, Hashes = { BadgeWire.ToMessage(key) } } } } });
        await using (var kiosk = KioskRig.Start(Directory)) await RealClock.UntilAsync(() => kiosk.Roster.Version == 3, "the roster");
        State.Refuse = StatusCode.Unavailable;
        await using var offline = KioskRig.Start(Directory);
        Assert.Equal("Nguyễn Văn A", offline.Roster.Find(new EquatableList<BadgeKey>(key), 0).Person?.Name);
    }

    /// <summary>The settings come behind the first chunk: once they are there, it is.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_roster_that_broke_off_goes_on_where_it_was(bool sentAnew)
    {
        RosterChunk Chunk(uint number, string name) => new() { Version = 3, Number = number, Complete = number == 2, People = { new RosterPerson { PersonId = number, FullName = name } } };
        State.AfterWelcome.Add(new ServerMessage { Roster = Chunk(1, "A") });
        var settings = new Protos.V1.Configuration { Version = 5, AgencyName = "B", KioskName = "K", TimeZone = "Asia/Ho_Chi_Minh" };
        settings.BadgeKeys.Add(new BadgeHashKey { KeyId = 2, Key = ByteString.CopyFrom(new byte[32]) });
        State.AfterWelcome.Add(new ServerMessage { Configuration = settings });
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Agent.ConfigurationVersion == 5, "the first chunk");
        Assert.Null(Assert.Single(State.Hellos).RosterPart);
        var (authority, port) = (_server.Authority, _server.Address.Port);
        var again = new ServerState();
        if (sentAnew) again.AfterWelcome.Add(new ServerMessage { Roster = Chunk(1, "A") });
        again.AfterWelcome.Add(new ServerMessage { Roster = Chunk(2, "B") });
        await _server.DisposeAsync();
        Assert.Equal(0UL, kiosk.Roster.Version);
        _server = await FakeServer.StartAsync(authority, port: port, state: again);
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 3, "the roster");
        Assert.Equal(2, kiosk.Roster.People);
        Assert.Equal(RosterParts.Of([Chunk(1, "A")]), Assert.Single(State.Hellos).RosterPart);
    }

    [Fact]
    public async Task What_broke_off_of_a_server_that_does_not_count_its_chunks_is_not_held_twice()
    {
        RosterChunk Chunk(ulong person, bool complete) => new() { Version = 3, Complete = complete, People = { new RosterPerson { PersonId = person, FullName = "A" } } };
        State.AfterWelcome.Add(new ServerMessage { Roster = Chunk(1, complete: false) });
        var settings = new Protos.V1.Configuration { Version = 5, AgencyName = "B", KioskName = "K", TimeZone = "Asia/Ho_Chi_Minh" };
        settings.BadgeKeys.Add(new BadgeHashKey { KeyId = 2, Key = ByteString.CopyFrom(new byte[32]) });
        State.AfterWelcome.Add(new ServerMessage { Configuration = settings });
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Agent.ConfigurationVersion == 5, "the first chunk");
        var (authority, port) = (_server.Authority, _server.Address.Port);
        var again = new ServerState();
        // The person of the first chunk has gone meanwhile: had it been kept, she would be back.
        again.AfterWelcome.Add(new ServerMessage { Roster = Chunk(2, complete: true) });
        await _server.DisposeAsync();
        _server = await FakeServer.StartAsync(authority, port: port, state: again);
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 3, "the roster");
        Assert.Equal(1, kiosk.Roster.People);
        Assert.Null(Assert.Single(State.Hellos).RosterPart);
    }

    [Fact]
    public async Task A_chunk_that_does_not_follow_is_not_taken_and_holds_up_no_tap()
    {
        RosterChunk Chunk(uint number) => new() { Version = 3, Number = number, Complete = number == 3, People = { new RosterPerson { PersonId = number, FullName = "A" } } };
        foreach (var number in (uint[])[1, 3, 1]) State.AfterWelcome.Add(new ServerMessage { Roster = Chunk(number) });
        await using var kiosk = KioskRig.Start(Directory);
        await kiosk.TapAsync(1);
        await kiosk.AllAckedAsync();
        Assert.Equal(0UL, kiosk.Roster.Version);
        foreach (var number in (uint[])[2, 3]) await State.ToSend!(new ServerMessage { Roster = Chunk(number) });
        await RealClock.UntilAsync(() => kiosk.Roster.Version == 3, "the roster");
        Assert.Equal(3, kiosk.Roster.People);
        Assert.Single(State.Hellos);
    }

    [Fact]
    public async Task A_roster_change_that_does_not_fit_makes_the_kiosk_ask_for_all_of_it()
    {
        State.AfterWelcome.Add(new ServerMessage { Roster = new RosterChunk { Version = 8, BaseVersion = 7, Complete = true } });
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => State.Hellos.Count >= 2, "another hello");
        Assert.All(State.Hellos, hello => Assert.Equal(0UL, hello.RosterVersion));
        Assert.Equal(0UL, kiosk.Roster.Version);
    }

    [Fact]
    public async Task People_to_be_forgotten_are_gone_from_memory_and_disk()
    {
        State.AfterWelcome.Add(new ServerMessage { Roster = new RosterChunk { Version = 3, Complete = true, People = { new RosterPerson { PersonId = 1, FullName = "Nguyễn Văn Quên" } } } });
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await RealClock.UntilAsync(() => kiosk.Roster.People == 1, "the roster");
            await State.ToSend!(new ServerMessage { Command = new Command { Forget = new ForgetPeople { PersonIds = { 1 } } } });
            await RealClock.UntilAsync(() => kiosk.Roster.People == 0, "forgotten");
        }

        Assert.True(File.ReadAllBytes(Directory.Roster).AsSpan().IndexOf("Quên"u8) < 0);
    }

    [Fact]
    public async Task A_retired_kiosk_stops_says_so_in_its_journal_and_does_not_start_again()
    {
        await using var kiosk = KioskRig.Start(Directory);
        await kiosk.AllAckedAsync();
        await RealClock.UntilAsync(() => State.ToSend is not null, "linked");
        await State.ToSend!(new ServerMessage { Command = new Command { Retire = new Retire { Reason = "sold" } } });
        await kiosk.EndedAsync();
        Assert.Equal(StopReason.Retired, Only.Entries[^1].Stop.Reason);
        Assert.Equal("sold", new IdentityStore(Directory).Load()!.Retired);
    }

    [Fact]
    public async Task Health_tells_how_long_the_oldest_unsent_entry_waits()
    {
        State.Acknowledge = false;
        State.WelcomeInstead = _ => new Welcome { HeartbeatIntervalUs = 200_000 };
        var options = KioskRig.Options();
        await using var kiosk = KioskRig.Start(Directory, options with { Limits = options.Limits with { Health = TimeSpan.FromMilliseconds(200) } });
        await kiosk.TapAsync(3);
        await RealClock.UntilAsync(() => State.Healths.Any(health => health.OldestUnsentAgeUs > 500_000 && health.UnsentEntries >= 3), "an age");
        State.Acknowledge = true;
        await kiosk.TapAsync(1);
        await kiosk.AllAckedAsync();
        await RealClock.UntilAsync(() => State.Healths.Any(health => health.UnsentEntries == 0 && health.OldestUnsentAgeUs == 0), "no age");
    }

    [Fact]
    public async Task A_refusal_is_said_once_and_tried_again()
    {
        State.Refuse = StatusCode.PermissionDenied;
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Log.Lines.Any(line => line.StartsWith("Error: The link is refused", StringComparison.Ordinal)), "the refusal is said");
        await kiosk.TapAsync(1);
        State.Refuse = null;
        await kiosk.AllAckedAsync();
        Assert.Single(kiosk.Log.Lines, line => line.Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_kiosk_shows_its_certificate_and_renews_it_at_two_thirds_of_its_life()
    {
        // An hour of an hour and twenty minutes is over.
        State.CertificateLife = TimeSpan.FromMinutes(20);
        await KioskRig.EnrolAsync(_server, Directory);
        var old = new IdentityStore(Directory).Load()!.Certificate.RawData;
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Link.IsLinked, "linked");
        Assert.Equal(1, State.Renewals);
        var renewed = new IdentityStore(Directory).Load()!.Certificate;
        Assert.NotEqual(old, renewed.RawData);
        Assert.True(renewed.HasPrivateKey);
        Assert.Equal(renewed.RawData, State.LastClientCertificate);
    }

    [Fact]
    public async Task A_server_of_another_authority_gets_nothing_on_the_same_address()
    {
        var port = _server.Address.Port;
        await _server.DisposeAsync();
        _server = await FakeServer.StartAsync(port: port);
        await using var kiosk = KioskRig.Start(Directory);
        await kiosk.TapAsync(1);
        await RealClock.UntilAsync(() => kiosk.Log.Lines.Any(line => line.Contains("không do nơi cấp chứng thư của cơ quan này cấp", StringComparison.Ordinal)), "the stranger is named");
        Assert.Empty(State.Hellos);
    }

    [Fact]
    public async Task Another_agencys_server_of_the_same_authority_gets_nothing()
    {
        var (authority, port) = (_server.Authority, _server.Address.Port);
        await _server.DisposeAsync();
        _server = await FakeServer.StartAsync(authority, name: "kycuong://OTHER/server", port: port);
        await using var kiosk = KioskRig.Start(Directory);
        await RealClock.UntilAsync(() => kiosk.Log.Lines.Any(line => line.Contains("máy chủ của cơ quan khác", StringComparison.Ordinal)), "the wrong server is named");
        Assert.Empty(State.Hellos);
    }

    [Fact]
    public async Task A_server_that_goes_away_and_comes_back_costs_only_delay()
    {
        await using var kiosk = KioskRig.Start(Directory);
        await kiosk.TapAsync(10);
        await kiosk.AllAckedAsync();
        var (authority, port) = (_server.Authority, _server.Address.Port);
        var kept = new ServerState();
        await _server.DisposeAsync();
        await kiosk.TapAsync(10);
        Assert.True(kiosk.Journal.Unsent >= 10);
        _server = await FakeServer.StartAsync(authority, port: port, state: kept);
        await kiosk.AllAckedAsync();
        Assert.Equal(20, Only.Taps.Count);
    }

    private Dictionary<string, byte[]> Snapshot() =>
        System.IO.Directory.GetFiles(_folder.Path, "journal.db*").ToDictionary(path => path, File.ReadAllBytes);

    private void Restore(Dictionary<string, byte[]> files)
    {
        foreach (var path in System.IO.Directory.GetFiles(_folder.Path, "journal.db*")) File.Delete(path);
        foreach (var (path, content) in files) File.WriteAllBytes(path, content);
    }
}
