using KyCuong.Protos;
using KyCuong.Protos.Rosters;
using KyCuong.Protos.V1;
using KyCuong.Server.Features.Kiosks;
using KyCuong.Server.Store.Rows;

namespace KyCuong.Server.Tests.Kiosks;

public sealed class RosterTests
{
    [Fact]
    public void A_large_roster_is_cut_into_messages_within_the_contract_and_loses_nothing()
    {
        var people = Enumerable.Range(1, 10_000).Select(i => new RosterPerson { PersonId = (ulong)i, StaffCode = $"NV{i}", FullName = new string('ễ', i % 60), UnitName = "Văn phòng" }).ToArray();
        var badges = Enumerable.Range(1, 10_000).Select(i => new RosterBadge { BadgeId = (ulong)i, PersonId = (ulong)i, State = BadgeState.Active }).ToArray();
        var messages = RosterChunks.Split(5, new RosterContent(people, badges));
        Assert.All(messages, message => Assert.True(message.CalculateSize() <= ContractLimits.MessageBytes));
        Assert.Equal(people, messages.SelectMany(m => m.Roster.People));
        Assert.Equal(badges, messages.SelectMany(m => m.Roster.Badges));
        Assert.All(messages, message => Assert.Equal(5ul, message.Roster.Version));
        Assert.Equal(messages[^1], Assert.Single(messages, m => m.Roster.Complete));
    }

    [Fact]
    public void A_change_turns_the_roster_before_into_the_new_one_and_holds_nothing_else()
    {
        RosterPerson Person(ulong id, string name, long limit = 0) => new() { PersonId = id, FullName = name, Segments = { new RosterSegment { LimitUs = limit } } };
        RosterBadge Badge(ulong id, BadgeState state) => new() { BadgeId = id, State = state };
        var before = new Roster(4, new RosterContent([Person(1, "A"), Person(2, "B"), Person(3, "C")], [Badge(1, BadgeState.Active), Badge(2, BadgeState.Active)]), null);
        var after = new Roster(5, new RosterContent([Person(1, "A"), Person(2, "B", limit: 1), Person(4, "D")], [Badge(2, BadgeState.Lost)]), before);
        Assert.Empty(after.For(5));
        var chunk = Assert.Single(after.For(4)).Roster;
        Assert.Equal((4ul, 5ul, true), (chunk.BaseVersion, chunk.Version, chunk.Complete));
        Assert.Equal([2ul, 4ul], chunk.People.Select(person => person.PersonId));
        Assert.Equal([3ul], chunk.RemovedPeople);
        Assert.Equal([2ul], chunk.Badges.Select(badge => badge.BadgeId));
        Assert.Equal([1ul], chunk.RemovedBadges);
        // Who has anything else needs the whole.
        foreach (var has in (ulong[])[0, 3])
        {
            var whole = Assert.Single(after.For(has)).Roster;
            Assert.Equal((0ul, 3), (whole.BaseVersion, whole.People.Count));
        }
    }

    [Fact]
    public void A_kiosk_that_was_away_for_some_changes_is_sent_what_they_changed_together()
    {
        RosterPerson Person(ulong id, int name) => new() { PersonId = id, FullName = $"{name}" };
        Roster? roster = null;
        for (var version = 1; version <= Roster.Remembered + 2; version++)
            roster = new Roster((ulong)version, new RosterContent([.. Enumerable.Range(1, 5).Select(id => Person((ulong)id, id == 5 ? version : 0))], []), roster);
        var newest = (ulong)Roster.Remembered + 2;
        for (var has = 2ul; has < newest; has++)
        {
            var chunk = Assert.Single(roster!.For(has)).Roster;
            Assert.Equal((has, newest), (chunk.BaseVersion, chunk.Version));
            Assert.Equal(($"{newest}", 5ul), (Assert.Single(chunk.People).FullName, chunk.People[0].PersonId));
        }

        Assert.Equal((0ul, 5), (Assert.Single(roster!.For(1)).Roster.BaseVersion, Assert.Single(roster.For(1)).Roster.People.Count));
    }

    [Fact]
    public void A_roster_that_broke_off_goes_on_after_what_came_of_it_and_only_if_it_is_the_same()
    {
        Roster Of(ulong version, string name) =>
            new(version, new RosterContent([.. Enumerable.Range(1, 10_000).Select(i => new RosterPerson { PersonId = (ulong)i, FullName = $"{name} {i}", UnitName = new string('x', 60) })], []), null);
        var roster = Of(5, "A");
        var all = roster.For(0);
        Assert.True(all.Count > 3);
        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(message => (int)message.Roster.Number));
        for (var held = 1; held < all.Count; held++)
            Assert.Equal(all.Skip(held), roster.For(0, RosterParts.Of([.. all.Take(held).Select(message => message.Roster)])));

        // The same version of a server that was started anew is the same; what differs in anything is sent whole.
        var part = RosterParts.Of([.. all.Take(2).Select(message => message.Roster)])!;
        Assert.Equal(all.Skip(2), Of(5, "A").For(0, part));
        Assert.Equal(all.Count, Of(5, "B").For(0, part).Count);
        Assert.Equal(all.Count, Of(6, "A").For(0, part).Count);
        Assert.Equal(all.Count, roster.For(0, new RosterPart(part) { BaseVersion = 4 }).Count);
        Assert.Equal(all.Count, roster.For(0, new RosterPart(part) { Chunks = 3 }).Count);
        foreach (var chunks in (uint[])[0, (uint)all.Count, uint.MaxValue]) Assert.Equal(all.Count, roster.For(0, new RosterPart(part) { Chunks = chunks }).Count);
        Assert.Empty(roster.For(5, part));
    }

    [Fact]
    public void An_empty_roster_is_one_complete_message() =>
        Assert.True(Assert.Single(RosterChunks.Split(1, new RosterContent([], []))).Roster.Complete);

    [Fact]
    public void The_version_grows_with_the_day_and_more_with_each_change()
    {
        var today = new DateOnly(2026, 5, 13);
        ulong[] versions = [RosterVersion.Of(0, today), RosterVersion.Of(0, today.AddDays(1)), RosterVersion.Of(1, today), RosterVersion.Of(1, DateOnly.MaxValue), RosterVersion.Of(2, today)];
        Assert.Equal(versions.Order(), versions);
        Assert.Equal(versions.Length, versions.Distinct().Count());
    }

    [Theory]
    [InlineData(null, new long[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(1L, new long[] { 1, 2, 3, 4 })]
    [InlineData(2L, new long[] { 2, 4 })]
    [InlineData(4L, new long[] { 4 })]
    [InlineData(5L, new long[] { 5, 6 })]
    public void A_kiosk_serves_its_unit_and_those_below_it(long? unit, long[] served)
    {
        UnitRow[] units = [Unit(1, null), Unit(2, 1), Unit(3, 1), Unit(4, 2), Unit(5, 6), Unit(6, 5)];
        Assert.Equal(served, UnitTree.AtAndBelow(units, unit).Order());
    }

    private static UnitRow Unit(long id, long? parent) => new() { UnitId = id, ParentUnitId = parent, Code = $"U{id}", Name = $"U{id}" };
}
