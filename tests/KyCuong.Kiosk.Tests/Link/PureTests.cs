using KyCuong.Kiosk.Feedback;
using KyCuong.Kiosk.Journal;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Roster;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Badges;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Link;

public sealed class PureTests
{
    private static RetrySchedule Schedule(int seed) =>
        new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), new Random(seed));

    [Fact]
    public void Waits_stay_under_a_bound_that_doubles_up_to_the_longest()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var schedule = Schedule(seed);
            for (var failure = 0; failure < 20; failure++)
            {
                var bound = Math.Min(30, 0.5 * Math.Pow(2, failure));
                Assert.InRange(schedule.Next(LinkFailure.Away).TotalSeconds, RetrySchedule.Least.TotalSeconds, bound);
            }
        }
    }

    [Fact]
    public void Waits_of_many_kiosks_are_spread_over_the_whole_bound()
    {
        var waits = Enumerable.Range(0, 400).Select(seed =>
        {
            var schedule = Schedule(seed);
            for (var i = 0; i < 10; i++) schedule.Next(LinkFailure.Away);
            return schedule.Next(LinkFailure.Away).TotalSeconds;
        }).ToArray();
        for (var tenth = 0; tenth < 10; tenth++) Assert.InRange(waits.Count(w => w >= tenth * 3 && w < tenth * 3 + 3), 10, 100);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 10)]
    public void After_a_link_that_served_the_next_failure_is_the_first_again(bool acknowledged, int lastedSeconds)
    {
        foreach (var schedule in Enumerable.Range(0, 100).Select(Schedule))
        {
            for (var i = 0; i < 10; i++) schedule.Next(LinkFailure.Away);
            schedule.Linked(acknowledged, TimeSpan.FromSeconds(lastedSeconds));
            Assert.InRange(schedule.Next(LinkFailure.Away).TotalSeconds, 0, 0.5);
        }
    }

    [Fact]
    public void A_server_that_welcomes_and_keeps_nothing_is_asked_ever_more_seldom()
    {
        var waits = Enumerable.Range(0, 100).Select(seed =>
        {
            var schedule = Schedule(seed);
            for (var i = 0; i < 10; i++)
            {
                schedule.Next(LinkFailure.Away);
                schedule.Linked(acknowledged: false, TimeSpan.FromSeconds(1));
            }

            return schedule.Next(LinkFailure.Away).TotalSeconds;
        });
        Assert.InRange(waits.Average(), 10, 20);
    }

    [Fact]
    public void A_refused_kiosk_tries_again_slowly() =>
        Assert.All(Enumerable.Range(0, 100), seed => Assert.InRange(Schedule(seed).Next(LinkFailure.Refused).TotalSeconds, 60, 120));

    [Fact]
    public void The_window_stays_within_the_unacknowledged_bound_and_opens_with_acknowledgements()
    {
        var window = new UploadWindow(10);
        Assert.Equal(11UL, window.Next);
        ulong sent = 0;
        while (window.Room(100_000) is > 0 and var room)
        {
            Assert.InRange(room, 1, ContractLimits.BatchEntries);
            sent += (ulong)room;
            window.Sent(window.Next + (ulong)room - 1);
        }

        Assert.Equal((ulong)ContractLimits.UnacknowledgedEntries, sent);
        Assert.True(window.Acknowledge(11));
        Assert.Equal(1, window.Room(100_000));
        Assert.False(window.Acknowledge(11));
    }

    [Fact]
    public void An_acknowledgement_of_what_was_never_sent_counts_to_what_was()
    {
        var window = new UploadWindow(0);
        window.Sent(5);
        Assert.True(window.Acknowledge(1000));
        Assert.Equal(5UL, window.Acked);
        Assert.Equal(6UL, window.Next);
    }

    [Fact]
    public void A_resend_goes_back_and_never_forward()
    {
        var window = new UploadWindow(100);
        window.ResendFrom(500);
        Assert.Equal(101UL, window.Next);
        window.ResendFrom(0);
        Assert.Equal((1UL, 0UL), (window.Next, window.Acked));
    }

    [Fact]
    public void A_batch_of_the_largest_taps_stays_within_the_message_bound()
    {
        BadgeKey[] hashes = [.. Enumerable.Range(0, 8).Select(i => new BadgeKey(CredentialLevel.Kc, uint.MaxValue, UInt128.MaxValue))];
        var tap = new TapEntry(new string('a', 32), new EquatableList<BadgeKey>(hashes), Technology.Optical, int.MaxValue, Direction.Out, DirectionSource.Person);
        var stamp = new Stamp(long.MinValue, long.MaxValue, UInt128.MaxValue, new ClockReading(long.MinValue, long.MaxValue, long.MaxValue));
        StoredEntry[] entries = [.. Enumerable.Range(1, 600).Select(i => new StoredEntry(new Entry((ulong)i, stamp, tap), default, default))];
        var message = new KioskMessage { Journal = JournalBatches.Build(UInt128.MaxValue, entries, true) };
        Assert.InRange(message.CalculateSize(), ContractLimits.MessageBytes / 2, ContractLimits.MessageBytes);
        Assert.InRange(message.Journal.Entries.Count, 1, ContractLimits.BatchEntries);
    }

    private static BadgeKey Key(int n) => new(CredentialLevel.Em, 1, (UInt128)n);

    private static readonly RosterEntry An = new(1, "An", "VP", []);

    private static RosterBook Book(params RosterBadgeEntry[] badges) =>
        new(1, [An, new RosterEntry(2, "Bình", "TC", [])], badges);

    private static RosterBadgeEntry Badge(ulong person, BadgeState state = BadgeState.Active, long from = 0, long to = 0, params int[] keys) =>
        new(person * 10, person, new EquatableList<BadgeKey>(keys.Select(Key).ToArray()), state, from, to);

    [Fact]
    public void The_strongest_hash_that_anyone_has_names_the_person()
    {
        var book = Book(Badge(1, keys: [5, 6]), Badge(2, keys: [7]));
        Assert.Equal(new BadgeHolder(VerdictKind.Accepted, An), book.Find(new(Key(99), Key(5), Key(7)), 10));
    }

    [Fact]
    public void Several_badges_in_force_name_nobody() =>
        Assert.Equal(VerdictKind.AmbiguousBadge, Book(Badge(1, keys: [5]), Badge(2, keys: [5])).Find(new(Key(5)), 10).Kind);

    [Fact]
    public void Several_badges_in_force_of_one_person_name_them() =>
        Assert.Equal(1ul, Book(Badge(1, keys: [5]), Badge(1, keys: [5])).Find(new(Key(5)), 10).Person?.PersonId);

    [Fact]
    public void Several_badges_in_force_say_which_they_are_and_at_what_level()
    {
        var key = new BadgeKey(CredentialLevel.Em24, 1, 5);
        RosterBadgeEntry Agreeing(ulong id, ulong person) => new(id, person, new(key), BadgeState.Active, 0, 0);
        var book = new RosterBook(1, [An with { StaffCode = "NV001" }], [Agreeing(15, 2), Agreeing(12, 1)]);
        var ambiguity = book.Find(new(key), 10).Ambiguity!;
        Assert.Equal((CredentialLevel.Em24, "12 (NV001), 15"), (ambiguity.Level, ambiguity.Listed));
    }

    [Theory]
    [InlineData(BadgeState.Lost, VerdictKind.LostBadge)]
    [InlineData(BadgeState.Returned, VerdictKind.BlockedBadge)]
    [InlineData(BadgeState.Damaged, VerdictKind.BlockedBadge)]
    [InlineData(BadgeState.Revoked, VerdictKind.BlockedBadge)]
    public void A_badge_out_of_force_is_blocked(BadgeState state, VerdictKind kind) =>
        Assert.Equal(kind, Book(Badge(1, state, keys: [5])).Find(new(Key(5)), 10).Kind);

    [Theory]
    [InlineData(9, VerdictKind.BlockedBadge)]
    [InlineData(10, VerdictKind.Accepted)]
    [InlineData(19, VerdictKind.Accepted)]
    [InlineData(20, VerdictKind.BlockedBadge)]
    public void A_badge_is_in_force_from_its_first_instant_to_before_its_last(long at, VerdictKind kind) =>
        Assert.Equal(kind, Book(Badge(1, from: 10, to: 20, keys: [5])).Find(new(Key(5)), at).Kind);

    [Fact]
    public void An_unknown_badge_is_unknown_and_without_a_roster_nobody_is_named()
    {
        Assert.Equal(VerdictKind.UnknownBadge, Book(Badge(1, keys: [5])).Find(new(Key(6)), 10).Kind);
        Assert.Equal(VerdictKind.AcceptedWithoutRoster, RosterBook.Empty.Find(new(Key(6)), 10).Kind);
    }

    [Fact]
    public void Chunks_make_a_change_when_the_last_has_come_and_a_new_version_begins_anew()
    {
        var assembler = new RosterAssembler();
        Assert.Null(assembler.Add(new RosterChunk { Version = 1 }));
        Assert.Null(assembler.Add(new RosterChunk { Version = 2 }));
        var change = assembler.Add(new RosterChunk { Version = 2, Complete = true });
        Assert.Equal((2UL, 2), (change!.Version, change.Chunks.Count));
    }

    [Fact]
    public void Every_verdict_has_its_line()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
        foreach (var kind in Enum.GetValues<VerdictKind>()) Assert.NotEmpty(VerdictText.Of(new Verdict(kind, "r1", 0, 1), zone));
        var at = new DateTimeOffset(2026, 5, 13, 0, 21, 5, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;
        Assert.Equal("07:21:05 · Đã ghi nhận 07:21 · Nguyễn Văn A · Văn phòng", VerdictText.Of(new Verdict(VerdictKind.Accepted, "r1", at, 0, "Nguyễn Văn A", "Văn phòng"), zone));
        Assert.Equal("07:21:05 · Đi muộn 21 phút · A", VerdictText.Of(new Verdict(VerdictKind.Late, "r1", at, 0, "A", LateMinutes: 21), zone));
        Assert.Equal("07:21:05 · Đúng giờ · A", VerdictText.Of(new Verdict(VerdictKind.OnTime, "r1", at, 0, "A"), zone));
        Assert.Equal("07:21:05 · Ra về lúc 07:21 · A", VerdictText.Of(new Verdict(VerdictKind.Left, "r1", at, 0, "A"), zone));
        Assert.Equal("07:21:05 · Đã ghi nhận lúc 07:20 · A", VerdictText.Of(new Verdict(VerdictKind.Repeat, "r1", at, 0, "A", EarlierUs: at - 60_000_000), zone));
        Assert.Equal("07:21:05 · Đã ghi nhận 07:21 · Nguyễn Văn A · còn 3 bản ghi chưa gửi", VerdictText.Of(new Verdict(VerdictKind.Accepted, "r1", at, 3, "Nguyễn Văn A"), zone));
    }

    [Fact]
    public void A_line_that_a_log_keeps_says_neither_who_came_nor_how_late()
    {
        const long at = 1_750_000_865_000_000;
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
        string Line(VerdictKind kind) =>
            VerdictText.Of(VerdictText.Unnamed(new Verdict(kind, "r1", at, 0, "Nguyễn Văn A", "Văn phòng", LateMinutes: 21, EarlierUs: at - 60_000_000)), zone);
        foreach (var kind in Enum.GetValues<VerdictKind>())
        {
            Assert.DoesNotContain("Văn", Line(kind).Replace(" – liên hệ Văn phòng", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("21 phút", Line(kind), StringComparison.Ordinal);
        }

        Assert.Equal(Line(VerdictKind.Accepted), Line(VerdictKind.Late));
        Assert.Equal(Line(VerdictKind.Accepted), Line(VerdictKind.OnTime));
        Assert.Equal(Line(VerdictKind.Accepted), Line(VerdictKind.Left));
        Assert.NotEqual(Line(VerdictKind.Accepted), Line(VerdictKind.LostBadge));
    }
}
