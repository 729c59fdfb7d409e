using KyCuong.Kiosk.Arrivals;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Arrivals;

/// <summary>What the officer is told: late only when nothing can undo it. Times are minutes of a day, here and there with seconds.</summary>
public sealed class ArrivalTests
{
    private const ulong Person = 7;

    /// <summary>07:00–11:30 and 13:30–17:00 with five minutes of grace, as the server sends it.</summary>
    private static readonly GateSegment[] Day =
    [
        new(At(5, 0), At(9, 15), At(7, 5), At(7, 0), At(5, 0)),
        new(At(12, 30), At(15, 15), At(13, 35), At(13, 30), At(5, 0)),
    ];

    private static readonly OtherGates Alone = OtherGates.Unknown.With(new PresenceUpdate());

    [Theory]
    [InlineData(6, 58, 0, ArrivalKind.OnTime, 0)]
    [InlineData(7, 5, 0, ArrivalKind.OnTime, 0)]
    [InlineData(7, 5, 1, ArrivalKind.Late, 5)]
    [InlineData(7, 21, 30, ArrivalKind.Late, 21)]
    [InlineData(9, 15, 0, ArrivalKind.Recorded, 0)]
    [InlineData(11, 31, 0, ArrivalKind.Recorded, 0)]
    [InlineData(13, 35, 1, ArrivalKind.Late, 5)]
    [InlineData(17, 2, 0, ArrivalKind.Recorded, 0)]
    public void The_shifts_first_tap_at_the_only_gate(int hour, int minute, int second, ArrivalKind kind, int late) =>
        Assert.Equal(new Arrival(kind, late), Of(At(hour, minute, second)));

    [Fact]
    public void A_limit_within_the_clocks_uncertainty_is_decided_for_the_officer()
    {
        Assert.Equal(ArrivalKind.OnTime, Of(At(7, 5, 3), uncertaintyUs: 3_000_000).Kind);
        Assert.Equal(ArrivalKind.Late, Of(At(7, 5, 4), uncertaintyUs: 3_000_000).Kind);
    }

    [Fact]
    public void Without_the_servers_time_nobody_is_called_late_or_on_time() => Assert.Equal(ArrivalKind.Recorded, Of(At(7, 21), uncertaintyUs: null).Kind);

    [Fact]
    public void Under_one_whole_minute_nobody_is_late()
    {
        GateSegment[] strict = [Day[0] with { LimitUs = At(7, 0) }];
        Assert.Equal(ArrivalKind.OnTime, Arrival.Of(strict, Direction.In, At(7, 0, 59), 0, [], long.MinValue, Alone, Person).Kind);
        Assert.Equal(new Arrival(ArrivalKind.Late, 1), Arrival.Of(strict, Direction.In, At(7, 1), 0, [], long.MinValue, Alone, Person));
    }

    [Fact]
    public void After_a_midday_exit_the_way_back_is_no_lateness() =>
        Assert.Equal(ArrivalKind.Recorded, Of(At(13, 50), earlier: [At(6, 58), At(11, 31)]).Kind);

    [Fact]
    public void Yesterdays_taps_do_not_make_a_first_tap_a_later_one() => Assert.Equal(ArrivalKind.Late, Of(At(7, 21), earlier: [At(17, 1) - At(24, 0)]).Kind);

    [Theory]
    [InlineData(7, 18, 59, ArrivalKind.Repeat)]
    [InlineData(7, 20, 0, ArrivalKind.Repeat)]
    [InlineData(7, 20, 59, ArrivalKind.Repeat)]
    [InlineData(7, 21, 0, ArrivalKind.Repeat)]
    [InlineData(7, 21, 1, ArrivalKind.Recorded)]
    public void Moments_after_a_tap_that_one_counts_even_where_the_clock_had_it_later(int hour, int minute, int second, ArrivalKind kind)
    {
        var arrival = Of(At(hour, minute, second), earlier: [At(7, 19)]);
        Assert.Equal(kind, arrival.Kind);
        Assert.Equal(kind == ArrivalKind.Repeat ? At(7, 19) : null, arrival.EarlierUs);
    }

    [Theory]
    [InlineData(Direction.In, Direction.Out, ArrivalKind.Left)]
    [InlineData(Direction.Out, Direction.In, ArrivalKind.Recorded)]
    [InlineData(Direction.In, Direction.In, ArrivalKind.Repeat)]
    [InlineData(Direction.Out, Direction.Out, ArrivalKind.Repeat)]
    [InlineData(Direction.In, Direction.Unspecified, ArrivalKind.Repeat)]
    [InlineData(Direction.Unspecified, Direction.Out, ArrivalKind.Repeat)]
    public void Who_comes_and_goes_again_at_once_has_not_tapped_the_same_twice(Direction before, Direction now, ArrivalKind kind) =>
        Assert.Equal(kind, Of(At(7, 20), now, earlier: [At(7, 19)], before: before).Kind);

    [Fact]
    public void A_reader_for_going_out_says_so() => Assert.Equal(ArrivalKind.Left, Of(At(17, 2), direction: Direction.Out).Kind);

    [Fact]
    public void Before_the_server_has_said_which_gates_there_are_nobody_is_late()
    {
        Assert.Equal(ArrivalKind.Recorded, Of(At(7, 21), others: OtherGates.Unknown).Kind);
        Assert.Equal(ArrivalKind.OnTime, Of(At(7, 4), others: OtherGates.Unknown).Kind);
    }

    [Theory]
    // The other gate is away since before the limit: it may hold the 06:58 tap.
    [InlineData(6, 50, 0, ArrivalKind.Recorded)]
    // Known past the limit, and not of the last minute: he may have come there at 07:10.
    [InlineData(7, 10, 0, ArrivalKind.Recorded)]
    // Known but for the last minute.
    [InlineData(7, 20, 0, ArrivalKind.Late)]
    [InlineData(7, 19, 59, ArrivalKind.Recorded)]
    public void Another_gate_has_to_be_known(int hour, int minute, int second, ArrivalKind kind) =>
        Assert.Equal(kind, Of(At(7, 21), others: Others(At(hour, minute, second))).Kind);

    [Fact]
    public void Of_two_other_gates_one_that_is_away_is_enough_to_say_nothing() =>
        Assert.Equal(ArrivalKind.Recorded, Of(At(7, 21), others: OtherGates.Unknown.With(new PresenceUpdate { Kiosks = { Known("B", At(7, 21)), Known("C", At(6, 0)) } })).Kind);

    [Fact]
    public void Who_came_through_another_gate_in_time_is_not_late_here()
    {
        var others = Others(At(7, 21)).With(new PresenceUpdate { Kiosks = { Known("B", At(7, 21)) }, People = { new Presence { PersonId = Person, FirstAtUs = At(6, 58), LastAtUs = At(6, 58) } } });
        Assert.Equal(ArrivalKind.Recorded, Of(At(7, 21), others: others).Kind);
        Assert.Equal(ArrivalKind.Late, Arrival.Of(Day, Direction.Unspecified, At(7, 21), 0, [], long.MinValue, others, Person + 1).Kind);
        // Of yesterday at the other gate: today's first tap is here.
        var yesterday = others.With(new PresenceUpdate { Kiosks = { Known("B", At(7, 21)) }, People = { new Presence { PersonId = Person, FirstAtUs = At(6, 58) - At(24, 0), LastAtUs = At(17, 1) - At(24, 0) } } });
        Assert.Equal(ArrivalKind.Late, Of(At(7, 21), others: yesterday).Kind);
    }

    [Theory]
    // Before the shift, and after this tap: whatever it was, it changes nothing.
    [InlineData(2, 0, 4, 59, ArrivalKind.Late)]
    [InlineData(7, 21, 8, 0, ArrivalKind.Late)]
    // The shift's taps count from 05:00 on.
    [InlineData(2, 0, 5, 0, ArrivalKind.Recorded)]
    [InlineData(7, 20, 8, 0, ArrivalKind.Recorded)]
    // At any time of the day.
    [InlineData(0, 0, 23, 59, ArrivalKind.Recorded)]
    public void Who_may_have_come_through_another_gate_is_not_called_late(int fromHour, int fromMinute, int toHour, int toMinute, ArrivalKind kind)
    {
        var perhaps = new Presence { PersonId = Person, PerhapsFromUs = At(fromHour, fromMinute), PerhapsToUs = At(toHour, toMinute) };
        var others = Others(At(7, 21)).With(new PresenceUpdate { Kiosks = { Known("B", At(7, 21)) }, People = { perhaps } });
        Assert.Equal(kind, Of(At(7, 21), others: others).Kind);
        // Once it is settled that it was somebody else's.
        Assert.Equal(ArrivalKind.Late, Of(At(7, 21), others: others.With(new PresenceUpdate { Kiosks = { Known("B", At(7, 21)) }, People = { new Presence { PersonId = Person } } })).Kind);
    }

    [Theory]
    [InlineData(4, 59, ArrivalKind.Late)]
    [InlineData(5, 0, ArrivalKind.Late)]
    [InlineData(5, 1, ArrivalKind.Recorded)]
    [InlineData(7, 20, ArrivalKind.Recorded)]
    public void A_gate_that_does_not_know_all_its_own_taps_of_the_shift_calls_nobody_late(int hour, int minute, ArrivalKind kind)
    {
        Assert.Equal(kind, Of(At(7, 21), knownFromUs: At(hour, minute)).Kind);
        // What it does not know is earlier still.
        Assert.Equal(ArrivalKind.OnTime, Of(At(7, 4), knownFromUs: At(hour, minute)).Kind);
    }

    private static Arrival Of(
        long at, Direction direction = Direction.Unspecified, long? uncertaintyUs = 0, long[]? earlier = null, OtherGates? others = null, Direction before = Direction.Unspecified, long knownFromUs = long.MinValue) =>
        Arrival.Of(Day, direction, at, uncertaintyUs, [.. (earlier ?? []).Select(us => new EarlierTap(us, before))], knownFromUs, others ?? Alone, Person);

    private static OtherGates Others(long knownUntilUs) => OtherGates.Unknown.With(new PresenceUpdate { Kiosks = { Known("B", knownUntilUs) } });

    private static KioskKnown Known(string code, long us) => new() { KioskCode = code, KnownUntilUs = us };

    private static long At(int hour, int minute, int second = 0) => ((((hour * 60L) + minute) * 60) + second) * 1_000_000;
}
