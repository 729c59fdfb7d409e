using Google.Protobuf;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>What a gate is told of the others.</summary>
public sealed class PresenceTests
{
    [Fact]
    public async Task A_gate_hears_whom_another_has_seen_and_how_far_it_is_known()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(12345));
        using var here = await server.EnrolAsync("CONG-A");
        using var there = await server.EnrolAsync("CONG-B");
        using var mine = await here.ConnectAsync();
        var first = (await mine.NextAsync(ServerMessage.MessageOneofCase.Presence)).Presence;
        Assert.Equal("CONG-B", Assert.Single(first.Kiosks).KioskCode);
        Assert.Empty(first.People);

        using var other = await there.ConnectAsync();
        Assert.Equal("CONG-A", Assert.Single((await other.NextAsync(ServerMessage.MessageOneofCase.Presence)).Presence.Kiosks).KioskCode);
        var batch = there.Batch(1, 3, badge: 12345);
        await other.Up.WriteAsync(new KioskMessage { Journal = batch });
        await other.AckAsync(3);
        await other.Up.WriteAsync(new KioskMessage { Heartbeat = new Heartbeat { Epoch = batch.Epoch, Sequence = 3, Stamp = batch.Entries[^1].Stamp } });
        Assert.True(EntryWire.TryFromMessage(batch.Entries[0].Stamp, out var stamp));
        var told = (await mine.NextAsync(ServerMessage.MessageOneofCase.Presence, message => message.Presence.People.Count > 0)).Presence;
        var seen = Assert.Single(told.People);
        var tappedAt = stamp.BootTimeUs + stamp.Estimate!.Value.ServerMinusBootUs;
        Assert.Equal((tappedAt, tappedAt + 2_000_000), (seen.FirstAtUs, seen.LastAtUs));
        // Known up to the heartbeat, less what its clock may be wrong; what was told of people is not told again.
        var known = tappedAt + 2_000_000 - stamp.Estimate.Value.UncertaintyUs;
        while (told.Kiosks[0].KnownUntilUs != known)
        {
            told = (await mine.NextAsync(ServerMessage.MessageOneofCase.Presence)).Presence;
            Assert.DoesNotContain(seen, told.People);
        }
    }

    [Fact]
    public async Task A_gate_that_lost_something_of_today_is_known_no_further()
    {
        await using var server = await RunningServer.StartAsync();
        using var here = await server.EnrolAsync("CONG-A");
        using var there = await server.EnrolAsync("CONG-B");
        long before;
        using (var first = await there.ConnectAsync())
        {
            var batch = there.Batch(1, 1);
            await first.Up.WriteAsync(new KioskMessage { Journal = batch });
            await first.AckAsync(1);
            Assert.True(EntryWire.TryFromMessage(batch.Entries[0].Stamp, out var stamp));
            before = stamp.BootTimeUs + stamp.Estimate!.Value.ServerMinusBootUs;
        }

        using var mine = await here.ConnectAsync();
        // Its disk was exchanged: nobody knows what came after that entry.
        there.Epoch = 999;
        using var anew = await there.ConnectAsync();
        var later = there.Batch(1, default, before - 1_000_000, (61, new ReaderRecoveryEntry("r1", 1)), (62, new ReaderRecoveryEntry("r1", 1)), (63, new ReaderRecoveryEntry("r1", 1)));
        await anew.Up.WriteAsync(new KioskMessage { Journal = later });
        await anew.AckAsync(3);
        await anew.Up.WriteAsync(new KioskMessage { Heartbeat = new Heartbeat { Epoch = later.Epoch, Sequence = 3, Stamp = later.Entries[^1].Stamp } });
        var told = await mine.NextAsync(ServerMessage.MessageOneofCase.Presence, message => message.Presence.Kiosks.Any(gate => gate.KioskCode == "CONG-B" && gate.KnownUntilUs == before));
        Assert.Equal("CONG-B", Assert.Single(told.Presence.Kiosks).KioskCode);
    }

    [Fact]
    public async Task A_gate_hears_of_itself_what_another_journal_of_its_has_and_not_what_this_one_has()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(12345));
        using var here = await server.EnrolAsync("CONG-A");
        using (var before = await here.ConnectAsync())
        {
            await before.WelcomeAsync();
            await before.Up.WriteAsync(new KioskMessage { Journal = here.Batch(1, 1, badge: 12345) });
            await before.AckAsync(1);
        }

        using (var anew = await here.ConnectAsync(hello => hello.Epoch = ByteString.CopyFrom(Bytes128.ToArray(999))))
            Assert.Single((await anew.NextAsync(ServerMessage.MessageOneofCase.Presence, message => message.Presence.People.Count > 0)).Presence.People);
        // From the same picture.
        using var same = await here.ConnectAsync();
        Assert.Empty((await same.NextAsync(ServerMessage.MessageOneofCase.Presence)).Presence.People);
    }

    [Fact]
    public async Task A_claim_that_waits_at_another_gate_is_told_like_a_tap_there()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(12345));
        using var here = await server.EnrolAsync("CONG-A");
        using var there = await server.EnrolAsync("CONG-B");
        using var other = await there.ConnectAsync();
        await other.WelcomeAsync();
        var us = server.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        var claim = new ClaimedTapEntry("NV001", ClaimCheck.Unverified, Direction.Unspecified, DirectionSource.Unspecified);
        await other.Up.WriteAsync(new KioskMessage { Journal = Entries(there, new Stamp(us, 5, 77, new ClockReading(us - 5, 1000, 0)), claim) });
        await other.AckAsync(1);
        using var mine = await here.ConnectAsync();
        var told = (await mine.NextAsync(ServerMessage.MessageOneofCase.Presence, message => message.Presence.People.Count > 0)).Presence;
        Assert.Equal((us, us), (told.People[0].FirstAtUs, told.People[0].LastAtUs));
    }

    [Fact]
    public async Task Whom_another_gate_may_have_seen_without_a_clock_is_told_with_what_bounds_it()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(12345));
        await server.AddPersonAsync("NV002", "Lê Thị Bình", Bytes128.ToArray(12346));
        using var here = await server.EnrolAsync("CONG-A");
        using var there = await server.EnrolAsync("CONG-B");
        var us = server.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        using var other = await there.ConnectAsync();
        await other.WelcomeAsync();
        // Of a boot that had no clock, and was over when the next one met the server.
        await other.Up.WriteAsync(new KioskMessage { Journal = Entries(there, new Stamp(0, 5, 77, null), Tap(12345)) });
        await other.AckAsync(1);
        using var mine = await here.ConnectAsync();
        var told = Assert.Single((await mine.NextAsync(ServerMessage.MessageOneofCase.Presence, message => message.Presence.People.Count > 0)).Presence.People);
        Assert.Equal((0L, 0L), (told.FirstAtUs, told.LastAtUs));
        var kiosk = await server.ReadAsync(async db => await db.Kiosks.SingleAsync(row => row.Code == "CONG-B"));
        var tap = await server.ReadAsync(async db => await db.Taps.SingleAsync());
        Assert.Equal((kiosk.EnrolledUs!.Value, tap.ReceivedUs), (told.PerhapsFromUs, told.PerhapsToUs));
        Assert.True(told.PerhapsFromUs < told.PerhapsToUs && told.PerhapsToUs >= us);
    }

    [Fact]
    public async Task Of_a_badge_that_may_be_two_peoples_both_may_have_come()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddPersonAsync("NV001", "Nguyễn Văn An", Bytes128.ToArray(12345));
        await server.AddPersonAsync("NV002", "Lê Thị Bình", Bytes128.ToArray(12345));
        await server.AddPersonAsync("NV003", "Trần Văn Cường", Bytes128.ToArray(12346));
        using var here = await server.EnrolAsync("CONG-A");
        using var there = await server.EnrolAsync("CONG-B");
        var us = server.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        using var other = await there.ConnectAsync();
        await other.WelcomeAsync();
        await other.Up.WriteAsync(new KioskMessage { Journal = Entries(there, new Stamp(us, 5, 77, new ClockReading(us - 5, 1000, 0)), Tap(12345)) });
        await other.AckAsync(1);
        using var mine = await here.ConnectAsync();
        var people = (await mine.NextAsync(ServerMessage.MessageOneofCase.Presence, message => message.Presence.People.Count > 0)).Presence.People;
        Assert.Equal(2, people.Select(person => person.PersonId).Distinct().Count());
        Assert.All(people, person => Assert.Equal((0L, 0L, us, us), (person.FirstAtUs, person.LastAtUs, person.PerhapsFromUs, person.PerhapsToUs)));
    }

    [Fact]
    public void What_may_have_been_is_told_of_all_other_journals_together_and_not_of_the_gates_own()
    {
        var picture = new PresencePicture(
            0, 0, [Kiosk(10, null), Kiosk(11, null)], [Unit(1, null)], new Dictionary<long, long> { [7] = 1, [8] = 1 }, new Dictionary<long, List<Sighting>> { [7] = [new Sighting(11, 21, 50, 60, true)] },
            new[] { new DoubtfulTap(7, 11, 21, 30, 40), new DoubtfulTap(7, 10, 19, 35, 55), new DoubtfulTap(7, 10, 20, 1, 99), new DoubtfulTap(8, 10, 20, 1, 99) }.ToLookup(tap => tap.StaffId));
        Assert.Equal(new Presence { PersonId = 7, FirstAtUs = 50, LastAtUs = 60, PerhapsFromUs = 30, PerhapsToUs = 55 }, Assert.Single(picture.For(10, 20)!.People));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, 2L, true)]
    [InlineData(2L, 1L, true)]
    [InlineData(1L, 2L, true)]
    [InlineData(2L, 3L, false)]
    public void Only_gates_that_may_see_the_same_people_are_waited_for(long? mine, long? others, bool told)
    {
        UnitRow[] units = [Unit(1, null), Unit(2, 1), Unit(3, 1)];
        KioskRow[] kiosks = [Kiosk(10, mine), Kiosk(11, others)];
        var picture = new PresencePicture(0, 0, kiosks, units, new Dictionary<long, long> { [7] = 2, [8] = 3 }, new Dictionary<long, List<Sighting>>
        {
            [7] = [new Sighting(11, 21, 50, 60, true), new Sighting(10, 20, 40, 45, true)],
            [8] = [new Sighting(11, 21, 50, 60, true)],
        }, NoDoubt);
        var update = picture.For(10, 20)!;
        Assert.Equal(told, update.Kiosks.Count == 1);
        // Those it serves, and of them what the others have seen.
        Assert.Equal(mine is null or 1 ? [7ul, 8ul] : mine == 2 ? [7ul] : [], update.People.Select(person => person.PersonId).Order());
        Assert.All(update.People, person => Assert.Equal((50L, 60L), (person.FirstAtUs, person.LastAtUs)));
        Assert.Null(picture.For(12, 22));
    }

    [Fact]
    public void A_gate_with_another_disk_hears_whom_it_saw_before()
    {
        var picture = new PresencePicture(0, 0, [Kiosk(10, null)], [Unit(1, null)], new Dictionary<long, long> { [7] = 1, [8] = 1 }, new Dictionary<long, List<Sighting>>
        {
            [7] = [new Sighting(10, 20, 40, 45, true), new Sighting(10, 30, 50, 60, true)],
            [8] = [new Sighting(10, 30, 50, 60, true)],
        }, NoDoubt);
        var told = Assert.Single(picture.For(10, 30)!.People);
        Assert.Equal((7ul, 40L, 45L), (told.PersonId, told.FirstAtUs, told.LastAtUs));
    }

    [Fact]
    public void How_far_gates_are_known_is_said_with_the_last_of_their_people()
    {
        var now = new PresenceUpdate { Kiosks = { new KioskKnown { KioskCode = "B", KnownUntilUs = 99 } } };
        for (var i = 1; i <= 9_000; i++) now.People.Add(new Presence { PersonId = (ulong)i, FirstAtUs = i, LastAtUs = i });
        var told = new PresenceTold();
        var messages = told.Next(now).ToList();
        Assert.Equal([4_000, 4_000, 1_000], messages.Select(message => message.People.Count));
        Assert.Equal([0L, 0L, 99L], messages.Select(message => message.Kiosks[0].KnownUntilUs));
        Assert.All(messages, message => Assert.True(message.CalculateSize() < ContractLimits.MessageBytes));
        Assert.Empty(told.Next(now));
        now.Kiosks[0] = new KioskKnown { KioskCode = "B", KnownUntilUs = 100 };
        Assert.Equal((0, 100L), Assert.Single(told.Next(now)) is var next ? (next.People.Count, next.Kiosks[0].KnownUntilUs) : default);
    }

    [Fact]
    public void Whom_no_other_gate_has_seen_after_all_is_taken_back_once()
    {
        var (seven, eight) = (new Presence { PersonId = 7, FirstAtUs = 1, LastAtUs = 2 }, new Presence { PersonId = 8, PerhapsFromUs = 1, PerhapsToUs = 2 });
        var told = new PresenceTold();
        Assert.Equal(2, Assert.Single(told.Next(new PresenceUpdate { People = { seven, eight } })).People.Count);
        Assert.Equal(new Presence { PersonId = 8 }, Assert.Single(Assert.Single(told.Next(new PresenceUpdate { People = { seven } })).People));
        Assert.Empty(told.Next(new PresenceUpdate { People = { seven } }));
        Assert.Equal(eight, Assert.Single(Assert.Single(told.Next(new PresenceUpdate { People = { seven, eight } })).People));
    }

    private static readonly ILookup<long, DoubtfulTap> NoDoubt = Array.Empty<DoubtfulTap>().ToLookup(tap => tap.StaffId);

    private static TapEntry Tap(UInt128 badge) =>
        new("r1", new EquatableList<BadgeKey>(new BadgeKey(CredentialLevel.Em, 1, badge)), Technology.Em4100, 14, Direction.Unspecified, DirectionSource.Unspecified);

    private static JournalBatch Entries(TestKiosk kiosk, Stamp stamp, EntryBody body)
    {
        var batch = kiosk.Batch(1, 1);
        var entry = new Entry(1, stamp, body);
        batch.Entries[0] = EntryWire.ToMessage(entry, CanonicalEntry.Hash(kiosk.Journal, default, entry));
        return batch;
    }

    private static UnitRow Unit(long id, long? parent) => new() { UnitId = id, ParentUnitId = parent, Code = $"U{id}", Name = $"U{id}" };

    private static KioskRow Kiosk(long id, long? unit) => new() { KioskId = id, Code = $"K{id}", Name = $"K{id}", State = KioskState.Enrolled, UnitId = unit, EnrolledUs = 1 };
}
